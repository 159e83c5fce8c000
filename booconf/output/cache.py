"""Our own folder below --out, which git ignores: for lock, journal, staged files and the record of builds."""

from contextlib import suppress
from pathlib import Path

from booconf.output import filesystem
from booconf.output.names import CACHE, IGNORE, LOCK

_EVERYTHING = b"*\n"


def prepare_cache(out: Path) -> None:
    """Make `out` and our own folder in it, which git ignores; ObstacleError when a link is in its place."""
    filesystem.look(out, LOCK)
    filesystem.make_folder(out / CACHE)
    seen = filesystem.read(out, IGNORE)
    if seen is None or seen[0] != _EVERYTHING:
        filesystem.delete(out / IGNORE)
        with suppress(FileExistsError):  # another build is as far as we are
            filesystem.create(out / IGNORE, _EVERYTHING)
