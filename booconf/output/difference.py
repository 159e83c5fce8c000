"""How a file on disk differs from the one build would write, as a unified diff that is safe to print."""

from booconf.escaping import escaped

_LINES_COMPARED = 3000
"""Where more lines than this lie between the first difference and the last, they are only counted."""

_CONTEXT = 3


def difference(path: str, present: bytes, wanted: bytes, wanted_is: str = "as build writes it") -> str:
    """A unified diff from `present` to `wanted`; its time grows with their length, whatever they hold."""
    old, new = _lines(present), _lines(wanted)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    head, tail = max(start - _CONTEXT, 0), max(end - _CONTEXT, 0)
    removed, added = len(old) - start - end, len(new) - start - end
    names = f"--- {path} (as it is)\n+++ {path} ({wanted_is})\n"
    if removed + added > _LINES_COMPARED:
        return f"{names}@@ from line {start + 1}: {removed} lines go, {added} lines come @@\n"
    return names + _unified(old[head : len(old) - tail], new[head : len(new) - tail], head)


def _unified(old: list[str], new: list[str], offset: int) -> str:
    from difflib import SequenceMatcher  # noqa: PLC0415 - only where there is a difference to show

    parts: list[str] = []
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_CONTEXT):
        first, last = group[0], group[-1]
        before, after = _range(first[1], last[2], offset), _range(first[3], last[4], offset)
        parts.append(f"@@ -{before} +{after} @@\n")
        for operation, old_start, old_end, new_start, new_end in group:
            if operation == "equal":
                parts += [f" {escaped(line)}\n" for line in old[old_start:old_end]]
            else:
                parts += [f"-{escaped(line)}\n" for line in old[old_start:old_end]]
                parts += [f"+{escaped(line)}\n" for line in new[new_start:new_end]]
    return "".join(parts)


def _range(start: int, end: int, offset: int) -> str:
    """The lines of a hunk as diff writes them: the first, counted from 1, and how many."""
    length = end - start
    return f"{start + offset + (length > 0)},{length}"


def _lines(data: bytes) -> list[str]:
    lines = data.decode("utf-8", "backslashreplace").split("\n")
    if lines[-1] == "":
        return lines[:-1]
    lines[-1] += " (no newline at the end)"
    return lines


def _common(old: list[str], new: list[str]) -> int:
    """How many lines are equal from the start."""
    for count, (before, after) in enumerate(zip(old, new, strict=False)):
        if before != after:
            return count
    return min(len(old), len(new))
