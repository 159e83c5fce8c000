"""Shared by all tests: no skips in CI, external programs, the settings of hypothesis, simulated hosts."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.external import pytest_addoption, pytest_collection_modifyitems, pytest_configure
from tests.hosts.simulator import Hosts
from tests.no_skips import pytest_sessionfinish

__all__ = ["pytest_addoption", "pytest_collection_modifyitems", "pytest_configure", "pytest_sessionfinish"]

settings.register_profile(
    "booconf",
    deadline=None,  # nothing here is judged by the clock
    suppress_health_check=[HealthCheck.too_slow],  # as above
    derandomize=bool(os.environ.get("CI")),  # CI judges the change, not the luck of a new example
    print_blob=True,
)
settings.load_profile("booconf")


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    """Simulated hosts on loopback, gone after the test."""
    with Hosts() as hosts:
        yield hosts
