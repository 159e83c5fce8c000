"""The section "Follow a number" of docs/architecture.md lists the functions that a number passes."""

from pathlib import Path

from scripts.follow_number import markdown, passed_functions

ARCHITECTURE = Path(__file__).parents[1] / "docs" / "architecture.md"
MOST_FUNCTIONS = 25
MOST_MODULES = 15


def test_listed_functions_are_those_that_run() -> None:
    """After a change: `python -m scripts.follow_number` prints the list."""
    found = passed_functions()
    assert sum(map(len, found.values())) <= MOST_FUNCTIONS
    assert len(found) <= MOST_MODULES
    assert markdown(found) in ARCHITECTURE.read_text("utf-8")
