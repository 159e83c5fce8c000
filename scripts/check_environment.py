"""Compare the packages of this environment with lock files: `python -m scripts.check_environment LOCK ...`.

The packages of requirements-node.txt are optional: they are installed only on machines without Node.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import distributions
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name

PIN = re.compile(r"^([a-z0-9_.-]+)==([^\s;\\]+)(?: ; ([^\\]+))?", flags=re.MULTILINE)

NOT_LOCKED = {"pip", "setuptools", "booconf"}
"""Packages that every virtual environment contains, and the checkout itself."""


def locked(text: str) -> dict[str, str]:
    """Name -> version of each package that a lock file installs on this system."""
    return {
        name: version
        for name, version, marker in PIN.findall(text)
        if not marker or Marker(marker.strip()).evaluate()
    }


def differences(
    pins: Mapping[str, str], installed: Mapping[str, str], optional: Iterable[str]
) -> Iterator[str]:
    """One line for each package not installed at its locked version; `optional` ones may be missing."""
    for name in sorted(pins.keys() | installed.keys() - NOT_LOCKED):
        expected, actual = pins.get(name, "nothing"), installed.get(name, "nothing")
        if expected != actual and not (name in optional and name not in installed):
            yield f"{name}: {actual} is installed, {expected} is locked"


def main(paths: list[str]) -> int:
    """Print the differences; the exit code is 1 if there are any."""
    pins: dict[str, str] = {}
    optional: set[str] = set()
    for path in paths:
        of_file = locked(Path(path).read_text(encoding="utf-8"))
        pins |= of_file
        optional |= of_file.keys() if Path(path).name == "requirements-node.txt" else set()
    installed = {str(canonicalize_name(each.metadata["Name"])): each.version for each in distributions()}
    found = list(differences(pins, installed, optional))
    print(*found or ["the installed packages are the locked ones"], sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
