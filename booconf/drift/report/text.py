"""Reports of a comparison for people: one line a finding, host by host, and a clean fleet in one line."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from booconf.diagnostics import Severity
from booconf.diagnostics.painting import FAINT, SEVERITY_STYLES, STRONG
from booconf.drift.outcomes import UNASKED
from booconf.drift.report.counts import count
from booconf.drift.report.summary import advice, clean, closing
from booconf.drift.report.table import Line, rows
from booconf.drift.report.wording import (
    DIFFERS,
    LONGEST_HELP,
    LONGEST_SENTENCE,
    UNKNOWN,
    WORDS,
    names_of,
    phrase,
    sentence,
    wrapped,
)
from booconf.drift.result import DriftResult, Finding, HostResult, Verdict
from booconf.escaping import cell_width, escaped, truncate
from booconf.live.observation import Outcome
from booconf.quantity import quantity

SCREEN = 40
"""Lines; what to write stands below each finding where the report is no longer than this with it."""

MOST_FINDINGS = 10
"""Findings of one code that are shown of one host."""

WIDEST_REMARK = 90
"""Terminal cells of a line of help or of what is unknown; a longer one goes on in the next."""

MOST_REASONS = 5
"""Reasons for unknown windows, and remarks, that are shown of one host."""

MOST_SILENT = 10
"""Hosts that are shown though there is nothing to say about them."""

_OF_THE_HOST = frozenset(unasked.code for unasked in UNASKED.values())
_ORDER = {code: index for index, code in enumerate(WORDS)}
_MARGIN = " " * 11
"""As wide as the start of a finding's line."""


def render(
    result: DriftResult,
    verdict: Verdict,
    *,
    color: bool = False,
    verbose: bool = False,
    adopt: str = "booconf adopt",
) -> str:
    """The findings of each host and closing counts, or one line; `verbose` leaves nothing out."""
    counts = count(result)
    if counts.is_clean and not verbose:
        return clean(result, counts) + "\n"
    everything = _blocks(result, verbose=True)
    blocks = everything if verbose else _blocks(result, verbose=False)
    table = rows(blocks, color=color)
    if len(table) > SCREEN and not verbose:
        blocks = [[replace(line, below=()) for line in block] for block in blocks]
        table = rows(blocks, color=color)
    end = [closing(counts, verdict), *advice(result, adopt, is_whole=blocks == everything)]
    return "\n".join([*table, "", *end]) + "\n"


def _blocks(result: DriftResult, *, verbose: bool) -> list[list[Line]]:
    """The lines of each host; of many hosts with nothing to say only the first."""
    start = max((cell_width(truncate(host.provider)) for host in result.hosts), default=0) + 2
    blocks: list[list[Line]] = []
    silent = 0
    for host in result.hosts:
        block = [_head(host, start), *_findings(host, verbose=verbose), *_unknown(host, verbose=verbose)]
        is_silent = len(block) == 1 and not host.findings
        silent += is_silent
        if verbose or not is_silent or silent <= MOST_SILENT:
            blocks.append(block)
    if not verbose and silent > MOST_SILENT:
        blocks.append([Line("", f"and {quantity(silent - MOST_SILENT, 'host')} more without a finding")])
    return blocks


def _head(host: HostResult, start: int) -> Line:
    """The line that names a host and says how it is, or why it could not be asked."""
    provider = truncate(host.provider)
    names = ", ".join(truncate(text) for text in (host.label, host.kind) if text != host.provider)
    head = provider + " " * (start - cell_width(provider))
    reason = _reason(host)
    if reason is None:
        return Line(head, f"{names}: {_state(host)}", head_style=STRONG)
    return _line(reason, head, f"{names}: {sentence(reason)}", head_style=STRONG)


def _reason(host: HostResult) -> Finding | None:
    """The finding that says why a host was not compared."""
    return next((finding for finding in host.findings if finding.code in _OF_THE_HOST), None)


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
    """Its findings by kind, notes last; of many of one code and weight the first, and how many more."""
    reason = _reason(host)
    findings = [finding for finding in host.findings if finding is not reason]
    for (*_, code), group in groupby(sorted(findings, key=_kind), _kind):
        head = f"  {WORDS.get(code, DIFFERS):<7}  "
        alike = list(group)
        most = len(alike) if verbose else MOST_FINDINGS
        yield from (_line(finding, head, phrase(finding)) for finding in alike[:most])
        if alike[most:]:
            last = _line(alike[most], head, f"and {len(alike) - most} more")
            yield replace(last, place="", below=())


def _kind(finding: Finding) -> tuple[bool, int, str]:
    """Findings of one kind stand together, in the order of the kinds."""
    is_note = finding.diagnostic.severity is Severity.NOTE
    return is_note, _ORDER.get(finding.code, len(_ORDER)), finding.code


def _line(finding: Finding, head: str, text: str, head_style: str = "") -> Line:
    """The line of a finding; `head_style` is its severity's where none is given."""
    diagnostic = finding.diagnostic
    is_note = diagnostic.severity is Severity.NOTE
    style = FAINT if is_note else SEVERITY_STYLES[diagnostic.severity]
    place = ""
    if diagnostic.primary:
        span = diagnostic.primary.span
        place = f"{escaped(span.file)}:{span.start.line}:{span.start.column}"
    return Line(
        head,
        text,
        place,
        f"{diagnostic.severity}[{diagnostic.code}]",
        head_style or style,
        style,
        is_note,
        tuple(_below(finding)),
    )


def _below(finding: Finding) -> Iterator[str]:
    """What to write; a note's help is not worth a line."""
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
    """Windows that could not be compared, by reason, and what else could not be learned."""
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
