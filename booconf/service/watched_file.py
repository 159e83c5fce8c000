"""A file that is looked at again and again, however it is replaced: in place, by a rename, by a link."""

import hashlib
from pathlib import Path

from booconf.source.reading import LARGEST

LOOKS_TO_SETTLE = 3
"""A file that looked the same so often is not read; before that, a change may not show in its times."""


class WatchedFile:
    """The file at `path` from look to look; a look that only half of a change has reached does not count."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state: tuple[int, ...] = ()
        self._looks_alike = 0
        self._seen = ""
        self._told = ""

    def read(self) -> bytes:
        """The bytes of the file; OSError when it cannot be read."""
        with self._path.open("rb") as stream:
            return stream.read(LARGEST + 1)  # so that a larger one is seen to be too large

    def look(self) -> bytes | str | None:
        """The bytes of the file, or a clause on why it cannot be read, once two looks in a row agree on it.

        None where they do not, and where they agree on what was told before.
        """
        seen: bytes | str
        try:
            if self._has_settled():
                return None
            seen = self.read()
            mark = digest(seen)
        except OSError as error:
            seen = mark = f"cannot be read: {error.strerror or type(error).__name__}"
            self._state = ()
        is_certain, self._seen = mark == self._seen, mark
        if not is_certain or mark == self._told:
            return None
        self._told = mark
        return seen

    def _has_settled(self) -> bool:
        """Whether the file has looked the same for some time, so that it holds what it held."""
        status = self._path.stat()
        state = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        self._looks_alike = self._looks_alike + 1 if state == self._state else 0
        self._state = state
        return self._looks_alike >= LOOKS_TO_SETTLE


def digest(content: bytes) -> str:
    """The SHA-256 of `content`, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
