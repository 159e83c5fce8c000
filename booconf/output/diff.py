"""Unified diffs of files, safe to print on a terminal."""

import re
from collections.abc import Sequence
from itertools import islice, takewhile

from booconf.escaping import escaped

_LINES_COMPARED = 3000
"""Between the first and the last difference, more lines than this are only counted."""

_CONTEXT = 3


def render_diff(path: str, before: bytes, after: bytes, after_label: str = "as build writes it") -> str:
    """A unified diff from `before` to `after`; the time it takes is linear in their length."""
    from difflib import unified_diff  # noqa: PLC0415 - slow to import, and most files do not differ

    old, new = _lines(before), _lines(after)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    removed, added = len(old) - start - end, len(new) - start - end
    names = f"--- {path} (as it is)\n+++ {path} ({after_label})\n"
    if removed + added > _LINES_COMPARED:
        return f"{names}@@ from line {start + 1}: {removed} lines removed, {added} lines added @@\n"
    skipped, tail = max(start - _CONTEXT, 0), max(end - _CONTEXT, 0)
    old, new = old[skipped : len(old) - tail], new[skipped : len(new) - tail]
    lines = (
        re.sub(r"(?<=[-+])\d+", lambda number: str(int(number[0]) + skipped), line)
        if line.startswith("@@")
        else escaped(line)
        for line in islice(unified_diff(old, new, n=_CONTEXT, lineterm=""), 2, None)  # after both names
    )
    return names + "".join(f"{line}\n" for line in lines)


def _lines(data: bytes) -> list[str]:
    lines = data.decode("utf-8", "backslashreplace").split("\n")
    if lines[-1] == "":
        return lines[:-1]
    lines[-1] += " (no newline at the end)"
    return lines


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """The number of equal lines at the start."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
