"""A file that is looked at again and again, however it is replaced: in place, by a rename, by a link."""

import stat
from dataclasses import dataclass
from pathlib import Path

from booconf.output.request import digest
from booconf.source.reading import LARGEST

LOOKS_TO_SETTLE = 3
"""A file that looked the same so often is not read; before that, a change may not show in its times."""


class NotRegularError(OSError):
    """What stands there is a folder, a pipe or a device: it holds nothing that could be looked at again."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds; `digest` is its SHA-256, in hexadecimal digits."""

    raw: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class Look:
    """What one look saw: times and the like, and the content, None for what it was, or why there is none."""

    state: tuple[int, ...]
    seen: Content | str | None


class WatchedFile:
    """The file at `path` from look to look; a look that only half of a change has reached does not count."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state: tuple[int, ...] = ()
        self._looks_alike = 0
        self._seen = ""
        self._told = ""

    def read(self) -> Content:
        """What the file holds; OSError when it cannot be read, and ValueError for no name of a file."""
        if not stat.S_ISREG(self._path.stat().st_mode):
            # opening a pipe would wait for its other end
            raise NotRegularError("it is not a regular file, so that it cannot be followed")
        with self._path.open("rb") as stream:
            raw = stream.read(LARGEST + 1)  # so that a larger one is seen to be too large
        return Content(raw, digest(raw))

    def look(self) -> Look:
        """See what is there. This may block, and changes nothing: a look that comes too late is none."""
        try:
            status = self._path.stat()
            state = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            has_settled = state == self._state and self._looks_alike >= LOOKS_TO_SETTLE - 1
            return Look(state, None if has_settled else self.read())
        except NotRegularError:
            return Look((), "is not a regular file")
        except OSError as error:
            return Look((), f"cannot be read: {error.strerror or type(error).__name__}")

    def news(self, look: Look) -> Content | str | None:
        """What a look saw, once two in a row agree on it; None where they agree on what was told before."""
        self._looks_alike = self._looks_alike + 1 if look.state == self._state else 0
        self._state = look.state
        if look.seen is None:
            return None
        mark = look.seen if isinstance(look.seen, str) else look.seen.digest
        is_certain, self._seen = mark == self._seen, mark
        if not is_certain or mark == self._told:
            return None
        self._told = mark
        return look.seen

    def forget(self) -> None:
        """Let whatever comes next be news."""
        self._seen = self._told = ""
        self._state = ()
