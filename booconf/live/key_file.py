"""The key in the file that a provider names, read for each probe and quoted in no message."""

import stat
from collections.abc import Mapping
from pathlib import Path

LARGEST_KEY = 16 * 1024
"""Bytes of a key file; servers refuse longer headers."""


class KeyFileError(Exception):
    """A file without a usable key; the text is a predicate that follows its path."""


def read_key(path: str, environment: Mapping[str, str]) -> str:
    """Return the one line of text in the file at `path`, without outer white space; raises KeyFileError.

    `~/` is the folder in the variable HOME. opencode trims the content in the same way.
    """
    try:
        text = _content(_expanded(path, environment)).decode("utf-8").strip()
    except OSError as error:
        raise KeyFileError(f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise KeyFileError("is not text") from None
    if not text:
        raise KeyFileError("is empty")
    if len(text.splitlines()) > 1:
        raise KeyFileError("has more than one line")
    return text


def _expanded(path: str, environment: Mapping[str, str]) -> str:
    if not path.startswith("~/"):
        return path
    home = environment.get("HOME")
    if not home:
        raise KeyFileError("has no folder, as `HOME` is not set")
    return home + path.removeprefix("~")


def _content(path: str) -> bytes:
    file = Path(path)
    if not stat.S_ISREG(file.stat().st_mode):  # a named pipe would block
        raise KeyFileError("is not a regular file")
    with file.open("rb") as stream:
        content = stream.read(LARGEST_KEY + 1)
    if len(content) > LARGEST_KEY:
        raise KeyFileError(f"is larger than {LARGEST_KEY} bytes")
    return content
