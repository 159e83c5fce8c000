"""The text report of a comparison: one line for each finding, host by host, or one line for a clean fleet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from booconf import quantity
from booconf.diagnostics import Severity
from booconf.diagnostics.drawing import FAINT, SEVERITY_STYLES, STRONG, paint
from booconf.drift.report.wording import (
    DIFFERS,
    LONGEST_HELP,
    LONGEST_SENTENCE,
    UNKNOWN,
    WORDS,
    advice,
    clean,
    closing,
    names_of,
    phrase,
    sentence,
    wrapped,
)
from booconf.drift.result import HOST_NOT_COMPARED, DriftResult, Finding, HostResult, Verdict
from booconf.escaping import cell_width, escaped, truncate
from booconf.live.observation import Outcome

SCREEN = 40
"""Lines; a longer report omits the advice below each finding."""

MOST_FINDINGS = 10
"""Findings of one code and severity that are shown for one host."""

WIDEST_REMARK = 90
"""Terminal cells of a line of help, of a reason or of a remark; longer text continues in the next line."""

MOST_REASONS = 5
"""Reasons for unknown windows, and remarks, that are shown for one host."""

MOST_CLEAN = 10
"""Hosts without findings that are shown."""

WIDEST_TEXT = 72
"""Terminal cells left of the locations; a longer text moves its own location to the right."""

WIDEST_LOCATION = 40
"""Terminal cells of a location; a longer one moves its own code to the right."""

_ORDER = {code: index for index, code in enumerate(WORDS)}
_MARGIN = " " * 11
"""The indentation below the first word of a finding's line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of escaped text: `head` is its highlighted start, `below` are lines that explain it."""

    head: str
    text: str
    location: str = ""
    code: str = ""
    head_style: str = ""
    code_style: str = ""
    is_faint: bool = False
    below: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Terminal cells left of the location."""
        return cell_width(self.head) + cell_width(self.text)


Block = Sequence[Line]
"""The lines of one host."""


def render(
    result: DriftResult,
    verdict: Verdict,
    *,
    color: bool = False,
    verbose: bool = False,
    adopt: str = "booconf adopt",
) -> str:
    """Render the findings of each host and closing counts, or one line; `verbose` omits nothing."""
    counts = result.counts()
    if counts.is_clean and not verbose:
        return clean(result, counts) + "\n"
    everything = _blocks(result, verbose=True)
    blocks = everything if verbose else _blocks(result, verbose=False)
    table = _rows(blocks, color=color)
    if len(table) > SCREEN and not verbose:
        blocks = [[replace(line, below=()) for line in block] for block in blocks]
        table = _rows(blocks, color=color)
    end = [closing(counts, verdict), *advice(result, adopt, is_whole=blocks == everything)]
    return "\n".join([*table, "", *end]) + "\n"


def _blocks(result: DriftResult, *, verbose: bool) -> list[list[Line]]:
    """The lines of each host; of many hosts without findings only the first."""
    start = max((cell_width(truncate(host.provider)) for host in result.hosts), default=0) + 2
    blocks: list[list[Line]] = []
    clean_hosts = 0
    for host in result.hosts:
        block = [_head(host, start), *_findings(host, verbose=verbose), *_unknown(host, verbose=verbose)]
        is_clean = len(block) == 1 and not host.findings
        clean_hosts += is_clean
        if verbose or not is_clean or clean_hosts <= MOST_CLEAN:
            blocks.append(block)
    if not verbose and clean_hosts > MOST_CLEAN:
        blocks.append([Line("", f"and {quantity(clean_hosts - MOST_CLEAN, 'host')} more without a finding")])
    return blocks


def _head(host: HostResult, start: int) -> Line:
    """The first line of a host: its names and state, or the reason why it was not compared."""
    provider = truncate(host.provider)
    names = ", ".join(truncate(text) for text in (host.label, host.kind) if text != host.provider)
    head = provider + " " * (start - cell_width(provider))
    reason = _reason(host)
    if reason is None:
        return Line(head, f"{names}: {_state(host)}", head_style=STRONG)
    return _line(reason, head, f"{names}: {sentence(reason)}", head_style=STRONG)


def _reason(host: HostResult) -> Finding | None:
    """The finding with the reason why a host was not compared."""
    return next((finding for finding in host.findings if finding.code in HOST_NOT_COMPARED), None)


def _state(host: HostResult) -> str:
    if host.outcome is not Outcome.ANSWERED:
        return host.outcome
    declared, listed = quantity(host.declared, "model"), f"{host.served or 0} listed"
    if any(finding.is_drift for finding in host.findings):
        return f"{declared} declared, {listed}"
    return (
        f"as declared, {declared}" if host.served == host.declared else f"as declared, {declared}, {listed}"
    )


def _findings(host: HostResult, *, verbose: bool) -> Iterator[Line]:
    """The findings of a host, notes last; of many of one code the first, and the number of further ones."""
    reason = _reason(host)
    findings = [finding for finding in host.findings if finding is not reason]
    for (*_, code), group in groupby(sorted(findings, key=_kind), _kind):
        head = f"  {WORDS.get(code, DIFFERS):<7}  "
        alike = list(group)
        most = len(alike) if verbose else MOST_FINDINGS
        yield from (_line(finding, head, phrase(finding)) for finding in alike[:most])
        if alike[most:]:
            last = _line(alike[most], head, f"and {len(alike) - most} more")
            yield replace(last, location="", below=())


def _kind(finding: Finding) -> tuple[bool, int, str]:
    """The sort key that groups findings by severity and code."""
    is_note = finding.diagnostic.severity is Severity.NOTE
    return is_note, _ORDER.get(finding.code, len(_ORDER)), finding.code


def _line(finding: Finding, head: str, text: str, head_style: str = "") -> Line:
    """The line of a finding; `head_style` defaults to the style of its severity."""
    diagnostic = finding.diagnostic
    is_note = diagnostic.severity is Severity.NOTE
    style = FAINT if is_note else SEVERITY_STYLES[diagnostic.severity]
    location = ""
    if diagnostic.primary:
        span = diagnostic.primary.span
        location = f"{escaped(span.file)}:{span.start.line}:{span.start.column}"
    return Line(
        head,
        text,
        location,
        f"{diagnostic.severity}[{diagnostic.code}]",
        head_style or style,
        style,
        is_note,
        tuple(_below(finding)),
    )


def _below(finding: Finding) -> Iterator[str]:
    """The help and notes of a finding; none for a note."""
    diagnostic = finding.diagnostic
    if diagnostic.severity is Severity.NOTE:
        return
    helps = [] if diagnostic.help is None else [("help", diagnostic.help)]
    for word, text in (*helps, *(("note", note) for note in diagnostic.notes)):
        head, margin = f"{word}: ", " " * len(f"{word}: ")
        for line in text.split("\n"):
            for part in wrapped(truncate(line, LONGEST_HELP), WIDEST_REMARK):
                yield f"{_MARGIN}{head}{part}".rstrip()
                head = margin


def _unknown(host: HostResult, *, verbose: bool) -> Iterator[Line]:
    """The windows that could not be compared, by reason, and the remarks."""
    models: dict[str, list[str]] = {}
    for window in host.unknown:
        models.setdefault(window.reason, []).append(window.model)
    texts = [
        f"window of {names_of(of_reason, verbose=verbose)}: {truncate(reason, LONGEST_SENTENCE)}"
        for reason, of_reason in models.items()
    ]
    texts += (truncate(remark, LONGEST_SENTENCE) for remark in host.remarks)
    most = len(texts) if verbose else MOST_REASONS
    if texts[most:]:
        texts[most:] = [f"and {len(texts) - most} more"]
    for text in texts:
        head = f"  {UNKNOWN:<7}  "
        for part in wrapped(text, WIDEST_REMARK):
            yield Line(head, part, head_style=FAINT, is_faint=True)
            head = _MARGIN


def _rows(blocks: Sequence[Block], *, color: bool) -> list[str]:
    """The rows of the table, with an empty one before and after a block of several rows."""
    with_code = [line for block in blocks for line in block if line.code]
    text_width = max((line.width for line in with_code if line.width <= WIDEST_TEXT), default=0)
    locations = [cell_width(line.location) for line in with_code]
    location_width = max((cells for cells in locations if cells <= WIDEST_LOCATION), default=0)
    result: list[str] = []
    previous = 1
    for block in blocks:
        own = [row for line in block for row in _row(line, text_width, location_width, color=color)]
        if result and max(len(own), previous) > 1:
            result.append("")
        result += own
        previous = len(own)
    return result


def _row(line: Line, text_width: int, location_width: int, *, color: bool) -> Iterator[str]:
    faint = FAINT if line.is_faint else ""
    row = paint(line.head_style, line.head, color=color) + paint(faint, line.text, color=color)
    if line.code:
        gap = " " * (max(text_width - line.width, 0) + 2)
        location = line.location + " " * (location_width - cell_width(line.location))
        between = "  " if location_width else ""
        row += (
            gap
            + paint(faint, location, color=color)
            + between
            + paint(line.code_style, line.code, color=color)
        )
    yield row
    for text in line.below:
        yield paint(FAINT, text, color=color)
