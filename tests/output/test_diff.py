"""The diff of `build --check`: unified, bounded, and free of control characters."""

import difflib

from hypothesis import given
from hypothesis import strategies as st

from booconf.output.diff import render_diff


def numbered(count: int, **changed: str) -> bytes:
    return "".join(f"{changed.get(f'line{line}', f'line {line}')}\n" for line in range(1, count + 1)).encode()


def test_change_has_three_lines_of_context() -> None:
    assert render_diff("out/a.json", numbered(20, line10="was"), numbered(20, line10="is")) == (
        "--- out/a.json (as it is)\n"
        "+++ out/a.json (as build writes it)\n"
        "@@ -7,7 +7,7 @@\n"
        " line 7\n line 8\n line 9\n-was\n+is\n line 11\n line 12\n line 13\n"
    )


def test_distant_changes_are_separate_hunks() -> None:
    text = render_diff("a", numbered(40), numbered(40, line5="x", line30="y"))
    assert [line for line in text.splitlines() if line.startswith("@@")] == [
        "@@ -2,7 +2,7 @@",
        "@@ -27,7 +27,7 @@",
    ]


def test_empty_file_has_empty_range() -> None:
    assert render_diff("a", b"", b"one\ntwo\n").endswith("@@ -0,0 +1,2 @@\n+one\n+two\n")


def test_line_ends_control_characters_and_invalid_bytes_are_escaped() -> None:
    text = render_diff("a", b"one\r\n\x1b[31mred\n\xff\n", b"one\nred\n\n")
    assert "-one\\r\n" in text
    assert "-\\u{1b}[31mred\n" in text
    assert "-\\xff\n" in text


def test_missing_last_newline_is_noted() -> None:
    assert "-one (no newline at the end)\n+one\n" in render_diff("a", b"one", b"one\n")


def test_long_difference_is_only_counted() -> None:
    text = render_diff("a", numbered(10), b"".join(b"other %d\n" % line for line in range(4000)))
    assert text.endswith("@@ from line 1: 10 lines removed, 4000 lines added @@\n")


LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=30)


@given(LINES, LINES)
def test_diff_applied_to_old_file_gives_new_file(old: list[str], new: list[str]) -> None:
    """Trimming equal lines at both ends loses no change and moves no line."""
    before, after = ("".join(f"{line}\n" for line in lines).encode() for lines in (old, new))
    lines = render_diff("a", before, after).split("\n")[2:-1]
    assert applied(old, lines) == new


def applied(old: list[str], lines: list[str]) -> list[str]:
    new: list[str] = []
    position = 0
    for line in lines:
        if line.startswith("@@"):
            start, _, length = line.split()[1].removeprefix("-").partition(",")
            first = int(start) - (length != "0")
            new += old[position:first]
            position = first
        elif line.startswith("+"):
            new.append(line[1:])
        else:
            assert old[position] == line[1:]
            position += 1
            new += [line[1:]] if line.startswith(" ") else []
    return new + old[position:]


def test_hunk_ranges_equal_those_of_difflib() -> None:
    old, new = numbered(60, line3="x", line50="y"), numbered(60, line20="z")
    ours = [line for line in render_diff("a", old, new).splitlines() if line.startswith("@@")]
    theirs = difflib.unified_diff(old.decode().splitlines(), new.decode().splitlines(), lineterm="")
    assert ours == [line for line in theirs if line.startswith("@@")]
