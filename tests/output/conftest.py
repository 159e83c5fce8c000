"""Hundreds of builds are published here; that they wait for the disk, test_filesystem shows."""

import os

import pytest


@pytest.fixture(autouse=True)
def _a_disk_that_need_not_be_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
