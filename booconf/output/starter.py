"""Writing one new file for the user, never over one that is there."""

import os
from pathlib import Path


def create_file(path: Path, text: str) -> None:
    """Create `path` with `text`; raises FileExistsError, or OSError and leaves nothing behind."""
    stream = path.open("x", encoding="utf-8", newline="\n")
    try:
        with stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        path.unlink()
        raise
