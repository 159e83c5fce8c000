"""Time `resolve` of a generated routing.py against its dict; arguments: the module, how many batches."""

import importlib.util
import json
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import perf_counter_ns
from types import ModuleType

BATCH = 20_000
"""The least number of look-ups in a batch; each id occurs equally often."""

LookUp = Callable[[Sequence[str]], None]


def load(path: str) -> ModuleType:
    """The generated module."""
    specification = importlib.util.spec_from_file_location("routing", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules["routing"] = module
    specification.loader.exec_module(module)
    return module


def ways(table: Mapping[str, object], resolve: Callable[[str], object]) -> dict[str, LookUp]:
    """The loops to compare: `empty` is the loop of both others."""

    def empty(ids: Sequence[str]) -> None:
        for identifier in ids:
            route = identifier  # noqa: F841  # stored as by the others

    def bare(ids: Sequence[str]) -> None:
        for identifier in ids:
            route = table[identifier]  # noqa: F841  # stored as a caller would

    def resolved(ids: Sequence[str]) -> None:
        for identifier in ids:
            route = resolve(identifier)  # noqa: F841  # stored as a caller would

    return {"empty": empty, "bare": bare, "resolve": resolved}


def measure(
    look_ups: Mapping[str, LookUp], ids: Callable[[], Sequence[str]], batches: int
) -> dict[str, float]:
    """Median nanoseconds of one look-up each way, without the loop; `ids` makes those of a batch."""
    times: dict[str, list[float]] = {way: [] for way in look_ups}
    for _ in range(batches):
        for way, look_up in look_ups.items():
            batch = ids()
            start = perf_counter_ns()
            look_up(batch)
            times[way].append((perf_counter_ns() - start) / len(batch))
    loop = median(times.pop("empty"))
    return {way: median(each) - loop for way, each in times.items()}


def main(path: str, batches: int) -> dict[str, dict[str, float]]:
    """The medians by kind of string."""
    module = load(path)
    table = {identifier: module.resolve(identifier) for identifier in module.MODEL_IDS}
    held = list(table) * -(-BATCH // len(table))
    random.Random(0).shuffle(held)
    look_ups = ways(table, module.resolve)
    return {
        "as received": measure(look_ups, lambda: [text.encode().decode() for text in held], batches),
        "held": measure(look_ups, lambda: held, batches),
    }


if __name__ == "__main__":
    json.dump(main(sys.argv[1], int(sys.argv[2])), sys.stdout)
