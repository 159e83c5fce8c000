"""Sizes and repetitions of the benchmarks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """`runs` counts alternating runs of short programs; `fleets` pairs a number of models with its runs."""

    runs: int
    fleets: tuple[tuple[int, int], ...]
    lookup_models: tuple[int, ...]
    lookup_batches: int
    longest: float
    """Seconds after which a competitor counts as unable to do the job."""
    hosts: int
    host_timeout: float
    """Seconds that `diff` waits for a host."""
    served_models: int
    serve_rounds: int
    serve_seconds: float
    """Duration of one round of requests to a server."""


FULL = Settings(
    runs=21,
    fleets=((10_000, 7), (100_000, 3)),
    lookup_models=(100, 10_000),
    lookup_batches=101,
    longest=180,
    hosts=500,
    host_timeout=10,
    served_models=1000,
    serve_rounds=21,
    serve_seconds=1,
)
SMALLEST = Settings(
    runs=1,
    fleets=((40, 1), (80, 1)),
    lookup_models=(20,),
    lookup_batches=3,
    longest=60,
    hosts=12,
    host_timeout=1,
    served_models=20,
    serve_rounds=1,
    serve_seconds=0.2,
)
