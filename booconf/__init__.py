"""booconf: compile one reviewed fleet.yaml into the client configuration of a fleet of LLM hosts.

The folders are the pipeline, in order: source, declaration, fleet, targets, output; then live, drift and
service, and cli above all. diagnostics is below all. Each imports only folders before it
(docs/architecture.md).
"""

__version__ = "0.1.0"


def quantity(count: int, noun: str) -> str:
    """A count with its noun, as messages of all layers write it: `1 model`, `2 models`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
