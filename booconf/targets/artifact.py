"""One output file, before anyone decides whether to write it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Artifact:
    """A path below --out, with `/` between its parts, and the whole text of the file (LF, final newline)."""

    path: str
    text: str
