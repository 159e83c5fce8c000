"""A process that is really killed at a step of a build: python -m ... FOLDER FILES STEP [--force]."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from booconf.output import filesystem
from tests.output.faults import STEPS
from tests.output.folders import build

SURVIVED, KILLED = 0, 9


def main(folder: str, files: str, last: str, *options: str) -> None:
    """Build, and end without any clean-up before the step of this number."""
    left = int(last)

    def dying(act: Callable[..., None]) -> Callable[..., None]:
        def step(*arguments: Any) -> None:
            nonlocal left
            if left == 0:
                os._exit(KILLED)
            left -= 1
            act(*arguments)

        return step

    for name in STEPS:
        setattr(filesystem, name, dying(getattr(filesystem, name)))
    build(Path(folder), json.loads(files), force="--force" in options)


if __name__ == "__main__":
    main(*sys.argv[1:])
