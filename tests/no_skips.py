"""Fail a run of pytest that skipped a test if CI is set."""

import os

import pytest


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn success into failure; under xdist only the controller, which gets every result, has a reporter."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped and os.environ.get("CI") and session.exitstatus == pytest.ExitCode.OK:
        reporter.write_line("")
        reporter.write_line(f"{len(skipped)} skipped, and in CI that is a failure", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
