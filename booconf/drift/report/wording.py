"""What one finding says in one line of a table: a word for its kind, and a phrase that says the rest."""

from collections.abc import Iterator

from booconf.drift.outcomes import UNREACHABLE_SIDECAR
from booconf.drift.quoting import MOST_LISTED, and_more
from booconf.drift.result import Finding
from booconf.escaping import cell_width, truncate

LONGEST_SENTENCE = 300
"""Terminal cells of a message or a remark; what is longer is cut."""

LONGEST_HELP = 900
"""As LONGEST_SENTENCE, of a line of help, in which a long id may stand several times."""

WORDS = {
    "BC701": "gone",
    "BC703": "gone",
    "BC704": "renamed",
    "BC702": "new",
    UNREACHABLE_SIDECAR: "unasked",
}
"""Code -> the word that starts its line, in the order of the lines; every other code says `differs`."""

DIFFERS, UNKNOWN = "differs", "unknown"


def wrapped(text: str, widest: int) -> list[str]:
    """Visible text in lines of at most `widest` cells, broken at spaces; a longer word gets one.

    What stands between backticks is a word where it is not wider than a line.
    """
    lines: list[str] = []
    room = 0
    for word in (truncate(word, LONGEST_SENTENCE) for word in _words(text.split(" "), widest)):
        room -= cell_width(word) + 1
        if lines and room >= 0:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
            room = widest - cell_width(word)
    return lines


def _words(pieces: list[str], widest: int) -> Iterator[str]:
    """The pieces of a text, those joined again that belong between the same backticks."""
    start = 0
    for end, piece in enumerate(pieces, 1):
        if piece.count("`") % 2 == 0 and start == end - 1:
            yield piece
            start = end
        elif piece.count("`") % 2 and start < end - 1:
            joined = " ".join(pieces[start:end])
            yield from [joined] if cell_width(joined) <= widest else pieces[start:end]
            start = end
    yield from pieces[start:]


def name(text: str) -> str:
    """A name as it is shown in a table: in backticks only where its end would not be seen without them."""
    visible = truncate(text)
    return visible if visible and not set(" `,()") & set(visible) else f"`{visible}`"


def names_of(models: list[str], *, verbose: bool) -> str:
    """The first of some names, and how many more there are; all of them where `verbose`."""
    most = len(models) if verbose else MOST_LISTED
    return and_more([name(model) for model in models[:most]], len(models))


def sentence(finding: Finding) -> str:
    """The message of a finding; the host it is about goes without saying where its own lines stand."""
    return truncate(finding.diagnostic.message.removeprefix(f"`{finding.provider}` "), LONGEST_SENTENCE)


def phrase(finding: Finding) -> str:
    """What differs: names and numbers alone where the word of the code says the rest."""
    model = finding.model
    if model is None:
        return sentence(finding)
    match finding.code, finding.declared, finding.seen:
        case "BC701", str(upstream), _:
            return name(model) + ("" if upstream == model else f" (upstream {name(upstream)})")
        case "BC702", _, _:
            return name(model) + ("" if finding.window is None else f" (window {finding.window})")
        case "BC704", _, str(new) if finding.likeness is not None:
            return f"{name(model)} -> {name(new)} ({int(100 * finding.likeness)} % alike)"
        case "BC706" | "BC707", int(declared), int(served):
            return f"window of {name(model)}: declared {declared}, served {served}"
    return sentence(finding)
