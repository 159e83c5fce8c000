"""The progress line on a terminal."""

import sys
from io import StringIO

import pytest

from booconf.cli.console import Console


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def console(*, quiet: bool = False) -> Console:
    return Console({}, quiet=quiet)


def shown(monkeypatch: pytest.MonkeyPatch, stream: StringIO, *texts: str, quiet: bool = False) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    screen = console(quiet=quiet)
    for text in texts:
        screen.progress(text)
    return stream.getvalue()


def test_shorter_text_clears_longer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    written = shown(monkeypatch, Terminal(), "asking 2 hosts: one, two", "asking 1 host: two", "")
    line = ""
    for part in written.split("\r"):
        line = part + line[len(part) :]
    assert line.strip() == ""
    assert "asking 1 host: two" in written


def test_progress_fits_into_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    written = shown(monkeypatch, Terminal(), "x" * 500)
    assert max(len(part) for part in written.split("\r")) == 79


@pytest.mark.parametrize(("stream", "quiet"), [(StringIO(), False), (Terminal(), True)])
def test_progress_needs_a_terminal_and_no_quiet(
    monkeypatch: pytest.MonkeyPatch, stream: StringIO, *, quiet: bool
) -> None:
    assert shown(monkeypatch, stream, "asking 2 hosts", "", quiet=quiet) == ""
