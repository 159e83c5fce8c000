"""What every build says at its end, whether it had something to do or not."""

from collections.abc import Sequence

from booconf.cli.console import Console
from booconf.quantity import quantity


def summary(states: Sequence[str]) -> str:
    """The closing line: `9 files: 2 updated, 7 unchanged`."""
    counts = [
        f"{states.count(state)} {state}"
        for state in ("created", "updated", "deleted", "unchanged")
        if state in states
    ]
    return f"{quantity(len(states), 'file')}: {', '.join(counts)}\n"


def remark_warnings(count: int, console: Console) -> None:
    """A build does not repeat what check shows; it says that there is something."""
    if count:
        console.remark(f"booconf: {quantity(count, 'warning')}; `booconf check` shows them")
