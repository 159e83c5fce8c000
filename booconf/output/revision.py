"""Giving the fleet file new bytes, as long as it still holds those that were read."""

from pathlib import Path

from booconf.output import filesystem
from booconf.output.filesystem import ObstacleError
from booconf.output.replacement import put


class RevisionError(Exception):
    """The file is not what it was when it was read."""


def replace_file(path: Path, before: bytes, after: bytes) -> None:
    """Make `after` the bytes of `path`, which holds `before`, at once; a link to a file is followed.

    Raises RevisionError when it does not hold `before`, OSError when the system refuses; the file is then as
    it was, and nothing is left beside it.
    """
    target = path.resolve()
    try:
        present = filesystem.read(target.parent, target.name)
    except ObstacleError as error:
        raise RevisionError(f"it {error.reason}") from error
    if present is None:
        raise RevisionError("it is no longer there")
    if present[0] != before:
        raise RevisionError("it was changed meanwhile")
    put(target, after)
