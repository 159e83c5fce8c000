"""Marks tests that start an external program; with `--no-external`, only the others run."""

import re
import sys
from pathlib import Path

import pytest

FOLDERS = frozenset({"clients", "picker"})
"""Folders of tests that all start a program: opencode, or Chromium."""

FIXTURES = frozenset({"node_worker", "tsc_report", "javascript"})
"""Fixtures that start node or tsc."""

GROUPS = frozenset({"browser", "consuming", "llama_server", "package", "postgres"})
"""Names of `xdist_group` whose tests share a program, or install packages from a registry."""

ALLOWED = re.compile(r"python[\d.]*|bash|sh|git|booconf|uname|ldconfig")
"""Programs that any test may start: Python, booconf, set-up, and those that `platform` and `ctypes` run."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--no-external`."""
    parser.addoption(
        "--no-external", action="store_true", help="run only tests that start no external program"
    )


def pytest_configure(config: pytest.Config) -> None:
    """With `--no-external`, make a test that starts a program fail, so that no mark is forgotten."""
    if config.getoption("--no-external"):
        sys.addaudithook(refuse_programs)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark each test that starts a program; with `--no-external`, deselect it."""
    for item in items:
        groups = {mark.args[0] for mark in item.iter_markers("xdist_group")}
        fixtures = FIXTURES.intersection(getattr(item, "fixturenames", ()))
        if FOLDERS.intersection(item.path.parts) or fixtures or GROUPS & groups:
            item.add_marker("external")
    if config.getoption("--no-external"):
        external = [item for item in items if item.get_closest_marker("external")]
        items[:] = [item for item in items if item not in external]
        config.hook.pytest_deselected(items=external)


def refuse_programs(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook that raises RuntimeError for each start of a program that is not allowed."""
    if event == "subprocess.Popen" and not ALLOWED.fullmatch(Path(str(arguments[0])).name):
        raise RuntimeError(f"a test that starts {arguments[0]} must be marked `external`")
