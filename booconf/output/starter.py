"""Writing one new file for the user, never over one that is there."""

import os
from pathlib import Path


def create_file(path: Path, text: str) -> None:
    """Create `path` with `text` whole or not at all; raises FileExistsError, or OSError where it cannot be written."""
    with path.open("x", encoding="utf-8", newline="\n") as stream:
        try:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        except OSError:
            path.unlink()
            raise
