"""The diff that build --check prints: a unified diff, bounded, with nothing in it that steers a terminal."""

import difflib

from hypothesis import given
from hypothesis import strategies as st

from booconf.output.difference import difference


def numbered(count: int, **changed: str) -> bytes:
    return "".join(f"{changed.get(f'line{line}', f'line {line}')}\n" for line in range(1, count + 1)).encode()


def test_a_change_is_shown_with_three_lines_around_it() -> None:
    assert difference("out/a.json", numbered(20, line10="was"), numbered(20, line10="is")) == (
        "--- out/a.json (as it is)\n"
        "+++ out/a.json (as build writes it)\n"
        "@@ -7,7 +7,7 @@\n"
        " line 7\n line 8\n line 9\n-was\n+is\n line 11\n line 12\n line 13\n"
    )


def test_changes_far_apart_are_hunks_of_their_own() -> None:
    text = difference("a", numbered(40), numbered(40, line5="x", line30="y"))
    assert [line for line in text.splitlines() if line.startswith("@@")] == [
        "@@ -2,7 +2,7 @@",
        "@@ -27,7 +27,7 @@",
    ]


def test_an_empty_file_grows() -> None:
    assert difference("a", b"", b"one\ntwo\n").endswith("@@ -0,0 +1,2 @@\n+one\n+two\n")


def test_line_ends_escape_sequences_and_bytes_that_are_no_text_are_made_visible() -> None:
    text = difference("a", b"one\r\n\x1b[31mred\n\xff\n", b"one\nred\n\n")
    assert "-one\\r\n" in text
    assert "-\\u{1b}[31mred\n" in text
    assert "-\\xff\n" in text


def test_a_missing_last_newline_is_told() -> None:
    assert "-one (no newline at the end)\n+one\n" in difference("a", b"one", b"one\n")


def test_a_difference_too_long_to_compare_is_counted() -> None:
    text = difference("a", numbered(10), b"".join(b"other %d\n" % line for line in range(4000)))
    assert text.endswith("@@ from line 1: 10 lines go, 4000 lines come @@\n")


LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=30)


@given(LINES, LINES)
def test_the_lines_of_a_diff_lead_from_one_file_to_the_other(old: list[str], new: list[str]) -> None:
    """Cutting off what is equal at both ends loses no change and moves no line."""
    before, after = ("".join(f"{line}\n" for line in lines).encode() for lines in (old, new))
    lines = difference("a", before, after).split("\n")[2:-1]
    assert applied(old, lines) == new


def applied(old: list[str], lines: list[str]) -> list[str]:
    new: list[str] = []
    position = 0
    for line in lines:
        if line.startswith("@@"):
            start, length = (int(number) for number in line.split()[1].removeprefix("-").split(","))
            first = start - (length > 0)
            new += old[position:first]
            position = first
        elif line.startswith("+"):
            new.append(line[1:])
        else:
            assert old[position] == line[1:]
            position += 1
            new += [line[1:]] if line.startswith(" ") else []
    return new + old[position:]


def test_hunks_are_those_of_the_standard_library() -> None:
    old, new = numbered(60, line3="x", line50="y"), numbered(60, line20="z")
    ours = [line for line in difference("a", old, new).splitlines() if line.startswith("@@")]
    theirs = difflib.unified_diff(old.decode().splitlines(), new.decode().splitlines(), lineterm="")
    assert ours == [line for line in theirs if line.startswith("@@")]
