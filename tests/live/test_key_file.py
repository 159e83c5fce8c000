"""The key in a file: trimmed text of one line; anything else is described without being quoted."""

import os
from pathlib import Path

import pytest

from booconf.live.key_file import LARGEST_KEY, KeyFileError, read_key

CANARY = "sk-canary-in-a-file"


@pytest.mark.parametrize(
    "content",
    [CANARY, f"{CANARY}\n", f"\r\n  {CANARY}\t\r\n\n", f"\N{NO-BREAK SPACE}{CANARY}\N{NO-BREAK SPACE}"],
)
def test_content_is_trimmed(tmp_path: Path, content: str) -> None:
    """As opencode does with {file:PATH}."""
    file = tmp_path / "key"
    file.write_text(content, encoding="utf-8")
    assert read_key(str(file), {}) == CANARY


@pytest.mark.parametrize("slash", ["", "/"])
def test_tilde_is_the_folder_of_home(tmp_path: Path, slash: str) -> None:
    (tmp_path / "key").write_text(CANARY, encoding="utf-8")
    assert read_key("~/key", {"HOME": f"{tmp_path}{slash}"}) == CANARY


@pytest.mark.parametrize("environment", [{}, {"HOME": ""}])
def test_tilde_without_a_home(environment: dict[str, str]) -> None:
    with pytest.raises(KeyFileError, match=r"^has no folder, as `HOME` is not set$"):
        read_key("~/key", environment)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (CANARY.encode() + b"\n" + CANARY.encode(), "has more than one line"),
        (CANARY.encode() + b"\r" + CANARY.encode(), "has more than one line"),
        (CANARY.encode() + b"\xff", "is not text"),
        (CANARY.encode("utf-16"), "is not text"),
        (b"k" * (LARGEST_KEY + 1), f"is larger than {LARGEST_KEY} bytes"),
        (b" " * LARGEST_KEY + b"k", f"is larger than {LARGEST_KEY} bytes"),
    ],
)
def test_content_that_is_no_key(tmp_path: Path, content: bytes, problem: str) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)
    with pytest.raises(KeyFileError) as raised:
        read_key(str(file), {})
    assert str(raised.value) == problem


def test_longest_key_is_read(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"k" * LARGEST_KEY)
    assert len(read_key(str(file), {})) == LARGEST_KEY


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"^cannot be read: No such file or directory$"):
        read_key(str(tmp_path / "none"), {})


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    """A named pipe would block, and a device may be endless."""
    os.mkfifo(tmp_path / "pipe")
    for path in (str(tmp_path / "pipe"), "/dev/zero", str(tmp_path)):
        with pytest.raises(KeyFileError, match=r"^is not a regular file$"):
            read_key(path, {})


def test_a_link_to_a_key_is_followed(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(CANARY, encoding="utf-8")
    (tmp_path / "link").symlink_to("key")
    assert read_key(str(tmp_path / "link"), {}) == CANARY
