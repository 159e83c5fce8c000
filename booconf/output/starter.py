"""Writing one new file for the user, never over one that is there."""

from pathlib import Path

from booconf.output import filesystem


def create_file(path: Path, text: str) -> None:
    """Create `path` with `text`; raises FileExistsError, or OSError and leaves nothing behind."""
    filesystem.create(path, text.encode())
