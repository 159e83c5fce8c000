"""The wording of the text report: the phrase of a finding, and the sentences about the whole result."""

from collections.abc import Iterator

from booconf import quantity
from booconf.drift.quoting import MOST_LISTED, and_more
from booconf.drift.result import SKIPPED, UNREACHABLE_SIDECAR, Counts, DriftResult, Finding, Verdict
from booconf.escaping import cell_width, truncate

LONGEST_SENTENCE = 300
"""Terminal cells of a message or a remark; a longer one is cut."""

LONGEST_HELP = 900
"""Terminal cells of a line of help, which may repeat a long id; a longer one is cut."""

WORDS = {
    "BC701": "gone",
    "BC703": "gone",
    "BC704": "renamed",
    "BC702": "new",
    UNREACHABLE_SIDECAR: "unchecked",
}
"""Code -> the first word of its line, in the order of the lines; `differs` for every other code."""

DIFFERS, UNKNOWN = "differs", "unknown"


def wrapped(text: str, widest: int) -> list[str]:
    """Break escaped text at spaces into lines of at most `widest` cells; a longer word gets its own line.

    Text between backticks is one word, unless it is wider than a line.
    """
    lines: list[str] = []
    left = 0
    for word in (truncate(word, LONGEST_SENTENCE) for word in _words(text.split(" "), widest)):
        left -= cell_width(word) + 1
        if lines and left >= 0:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
            left = widest - cell_width(word)
    return lines


def _words(pieces: list[str], widest: int) -> Iterator[str]:
    """The pieces of a text, with those between the same backticks joined again."""
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
    """A name in a table, in backticks if it is empty or contains spaces or punctuation."""
    visible = truncate(text)
    return visible if visible and not set(" `,()") & set(visible) else f"`{visible}`"


def names_of(models: list[str], *, verbose: bool) -> str:
    """The first names and the number of further ones; all of them if `verbose`."""
    most = len(models) if verbose else MOST_LISTED
    return and_more([name(model) for model in models[:most]], len(models))


def sentence(finding: Finding) -> str:
    """The message of a finding without the id of its host, which the line above names."""
    return truncate(finding.diagnostic.message.removeprefix(f"`{finding.provider}` "), LONGEST_SENTENCE)


def phrase(finding: Finding) -> str:
    """The difference: names and numbers only, where the first word of the line explains them."""
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


def clean(result: DriftResult, counts: Counts) -> str:
    """The whole report of a result without findings but skipped providers."""
    parts = [_as_declared(counts)]
    if counts.answered:
        parts[0] += f": {', '.join(_compared(counts))}"
    skipped = [finding for finding in result.findings() if finding.code == SKIPPED]
    if len(skipped) == 1:
        parts.append(truncate(skipped[0].diagnostic.message, LONGEST_SENTENCE))
    elif skipped:
        names = names_of([finding.provider for finding in skipped], verbose=False)
        parts.append(f"{len(skipped)} optional providers skipped: {names}")
    return "; ".join(parts)


def _compared(counts: Counts) -> Iterator[str]:
    """The counts of models that are as declared, and of those that could not be compared."""
    yield quantity(counts.models, "model")
    unknown = [(counts.unknown_windows, "unknown window"), (counts.remarks, "remark")]
    described = ", ".join(quantity(number, noun) for number, noun in unknown if number)
    if described:
        yield f"{described} (details with -v)"


def closing(counts: Counts, verdict: Verdict) -> str:
    """The counts of findings, consistent with the exit code."""
    notes = counts.notes - counts.skipped
    drift = [(counts.errors, "error"), (counts.warnings, "warning")]
    found = ", ".join(quantity(number, noun) for number, noun in drift if number)
    if found and verdict is not Verdict.DRIFT:
        found += " ignored"
    parts = [found or _as_declared(counts)]
    if notes:
        parts[0] += f", {quantity(notes, 'note')}"
    hosts = counts.unchecked - counts.sidecars
    unchecked = [(hosts, "host"), (counts.sidecars, "sidecar")]
    if any(number for number, _ in unchecked):
        names = " and ".join(quantity(number, noun) for number, noun in unchecked if number)
        parts.append(f"{names} not checked")
    if counts.skipped:
        parts.append(f"{quantity(counts.skipped, 'optional provider')} skipped")
    return "; ".join(parts)


def advice(result: DriftResult, adopt: str, *, is_whole: bool) -> Iterator[str]:
    """The next commands, among them `adopt`, for a result with findings."""
    findings = list(result.findings())
    steps = []
    if any(finding.is_drift for finding in findings):
        steps.append(f"`{adopt}` shows edits that make the file match its hosts")
    if findings:
        first = next((finding for finding in findings if finding.is_drift), findings[0])
        steps.append(f"`booconf rule {first.code}` explains a code")
    if not is_whole:
        steps.append("-v shows everything")
    if steps:
        yield "; ".join(steps)


def _as_declared(counts: Counts) -> str:
    return f"{quantity(counts.as_declared, 'host')} as declared" if counts.as_declared else "nothing compared"
