"""Results of a comparison: handwritten samples, and a hypothesis strategy."""

from typing import Any, get_args

from hypothesis import strategies as st

from booconf.declaration.enums import Kind
from booconf.diagnostics import CODES, Diagnostic, Label, Position, Severity, Span, diagnose
from booconf.drift.result import SKIPPED, DriftResult, Finding, HostResult, UnknownWindow
from booconf.live.observation import Outcome


def label(line: int, column: int, text: str = "", *, file: str = "fleet.yaml") -> Label:
    return Label(Span(file, Position(line, column), Position(line, column + 4)), text)


def finding(
    code: str,
    message: str,
    place: Label | None,
    help_text: str | None = None,
    *,
    provider: str = "sam-desktop",
    severity: Severity | None = None,
    notes: tuple[str, ...] = (),
    **data: Any,
) -> Finding:
    """A finding, by default with the usual severity of its code; `data` are fields of Finding."""
    diagnostic = Diagnostic(
        code, severity or CODES[code].severity, message, place, help=help_text, notes=notes
    )
    return Finding(diagnostic, provider, **data)


def gone(model: str, line: int = 41) -> Finding:
    message = f"`sam-desktop` does not serve `{model}`"
    return finding(
        "BC701",
        message,
        label(line, 7),
        "serve it again, or take it out of `models`",
        model=model,
        declared=model,
    )


def new(model: str, line: int = 37, **options: Any) -> Finding:
    message = f"`sam-desktop` serves `{model}`, which is not declared"
    declare = f"declare it: `{model}: {{context: 16384}}`"
    return finding("BC702", message, label(line, 5), declare, model=model, seen=model, **options)


def host(*findings: Finding, **fields: Any) -> HostResult:
    """A host with the outcome ANSWERED, unless `fields` contain another one."""
    values: dict[str, Any] = {
        "provider": "sam-desktop",
        "label": "Sam's desktop",
        "kind": "llama-swap",
        "outcome": Outcome.ANSWERED,
        "declared": 7,
        "served": 7,
        "findings": findings,
    }
    return HostResult(**{**values, **fields})


def unknown(reason: str, *models: str) -> tuple[UnknownWindow, ...]:
    return tuple(UnknownWindow(model, reason) for model in models)


SAME = host()

BUSY = host(
    finding(
        "BC705",
        "`sam-desktop` calls `gpt-oss-20b` `gpt` as well, which is not declared",
        label(43, 7),
        "add it to `aliases`",
        severity=Severity.NOTE,
        model="gpt-oss-20b",
        seen="gpt",
    ),
    gone("qwen3-8b"),
    finding(
        "BC704",
        "`sam-desktop/gemma-3-12b-it` was probably renamed to `gemma-3-12b` on its host (93 % alike)",
        label(42, 7),
        "write `upstream: gemma-3-12b` at the model",
        model="gemma-3-12b-it",
        declared="gemma-3-12b-it",
        seen="gemma-3-12b",
        renamed_to="gemma-3-12b",
        likeness=0.9396,
    ),
    finding(
        "BC703",
        "role `task` names `sam-desktop/qwen3-8b`, which its host does not serve",
        label(14, 9),
        "serve the model again, or give the role to a model that is there",
        model="qwen3-8b",
        declared="sam-desktop/qwen3-8b",
    ),
    new("phi-4", window=16384),
    finding(
        "BC706",
        "`gpt-oss-20b` is declared with a window of 65536 tokens, its host serves 32768",
        label(43, 31),
        "write `context: 32768`",
        model="gpt-oss-20b",
        declared=65536,
        seen=32768,
        notes=("the last matching entry of `context_overrides` decides",),
    ),
    unknown=(
        *unknown("it is not running, and its host says no window", "a", "b", "c", "d", "e", "f", "g"),
        *unknown("it is declared `unknown`", "h"),
    ),
    remarks=("aliases: llama-swap before v241 does not tell them",),
)

UNREACHABLE = host(
    finding(
        "BC721",
        "`embedding` cannot be reached: connection refused",
        label(50, 3),
        "start the host, or correct `base_url`",
        provider="embedding",
    ),
    provider="embedding",
    label="Embedding box",
    outcome=Outcome.UNREACHABLE,
    served=None,
)

WITHOUT_SIDECAR = host(
    finding(
        "BC727",
        "the sidecar of `laptop` cannot be reached: connection refused",
        label(60, 5),
        "start it",
        provider="laptop",
    ),
    provider="laptop",
    label="laptop",
    kind="ollama",
)

EXTRA = host(
    provider="closet",
    label="Closet",
    kind="ollama",
    declared=3,
    served=5,
    unknown=unknown("it is not loaded", "x"),
)

SKIPPED_HOST = host(
    finding(
        SKIPPED,
        "`deepseek` was skipped: `DEEPSEEK_API_KEY` is not set",
        label(63, 3),
        provider="deepseek",
    ),
    provider="deepseek",
    label="DeepSeek",
    kind="openai-compatible",
    outcome=Outcome.SKIPPED,
    declared=2,
    served=None,
)

OTHER_SKIPPED_HOST = host(
    finding(SKIPPED, "`cloud` was skipped: `CLOUD_API_KEY` is not set", None, provider="cloud"),
    provider="cloud",
    outcome=Outcome.SKIPPED,
    served=None,
)

EVIL = "\x1b[2J\u202e\r\nerror[BC999]: forged\u2028\x9b"

HOSTILE = host(
    new(EVIL),
    new("m" * 1024),
    new("日本語" * 300),
    new("e" + "\u0301" * 1000),
    new(""),
    new("two words"),
    new("phi-4 (window 5)  fleet.yaml:1:1  error[BC701]"),
    finding("BC709", f"`sam-desktop` lists `{EVIL}` twice", label(7, 3, file=f"{EVIL}.yaml"), f"x\n{EVIL}"),
    label=EVIL,
    unknown=unknown(EVIL, EVIL),
    remarks=(EVIL,),
)

SAMPLE_RESULTS = {
    "clean": DriftResult((SAME, EXTRA, SKIPPED_HOST)),
    "busy": DriftResult((BUSY, UNREACHABLE, SKIPPED_HOST, EXTRA, SAME)),
    "unasked": DriftResult((UNREACHABLE, SAME, WITHOUT_SIDECAR)),
    "hostile": DriftResult((HOSTILE,)),
    "long": DriftResult(
        (
            host(
                *(gone(f"model-{number}") for number in range(47)),
                new("phi-4"),
                unknown=tuple(UnknownWindow(f"m{number}", f"reason {number}") for number in range(8)),
            ),
            *(host(provider=f"host-{number}", label=f"Host {number}") for number in range(13)),
        )
    ),
}
"""Name -> a result with one subject of a report."""

texts = st.text(max_size=12) | st.text("\x1b\n\r\t:,%`\u202e\u2028\x85\u0301 a日", max_size=8)
positions = st.builds(Position, st.integers(1, 60), st.integers(1, 60))
labels = st.builds(
    Label,
    st.builds(lambda file, start, end: Span(file, *sorted((start, end))), texts, positions, positions),
    texts,
)


@st.composite
def diagnostics(draw: st.DrawFn) -> Diagnostic:
    code = draw(st.sampled_from([code for code in CODES if code >= "BC700"]))
    usual = diagnose(
        code, draw(texts), draw(st.none() | labels), tuple(draw(st.lists(labels, max_size=2))), None
    )
    severity = Severity.NOTE if code == SKIPPED else draw(st.sampled_from(list(Severity)))
    notes = tuple(draw(st.lists(texts, max_size=2)))
    return Diagnostic(
        code, severity, usual.message, usual.primary, usual.secondary, draw(st.none() | texts), notes
    )


values = st.none() | texts | st.integers(1, 2**53 - 1)
findings = st.builds(
    Finding,
    diagnostics(),
    texts,
    st.none() | texts,
    values,
    values,
    st.none() | texts,
    st.none() | st.floats(0, 1),
    st.none() | st.integers(1, 2**53 - 1),
)
hosts = st.builds(
    HostResult,
    texts,
    texts,
    st.sampled_from(get_args(Kind)),
    st.sampled_from(list(Outcome)),
    st.integers(3, 9),
    st.none() | st.integers(0, 9),
    st.lists(findings, max_size=5).map(tuple),
    st.lists(st.builds(UnknownWindow, texts, texts), max_size=3).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
)
results = st.lists(hosts, max_size=4).map(lambda drawn: DriftResult(tuple(drawn)))
