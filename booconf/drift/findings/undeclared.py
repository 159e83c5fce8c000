"""Models of a host that nobody declared: BC702."""

from collections.abc import Iterator
from dataclasses import replace

from booconf.diagnostics import Severity, diagnose
from booconf.drift.findings.windows import LEAST_OF_A_CHAT
from booconf.drift.host_comparison import Comparison
from booconf.drift.quoting import MOST_LISTED, is_writable
from booconf.drift.result import Finding
from booconf.escaping import quote
from booconf.live.observation import SeenModel
from booconf.source.emitter import flow_entry, flow_text, yaml_scalar


def find_undeclared(comparison: Comparison) -> Iterator[Finding]:
    """BC702: a model of the host that is neither declared nor ignored; of a cloud provider, a note."""
    provider = comparison.provider
    if not comparison.new:
        return
    place = comparison.examination.key("providers", provider.id, "models")
    first: dict[str, str] = {}
    for seen in comparison.new:
        other = first.setdefault(seen.id.casefold(), seen.id)
        problem = comparison.problem_of(seen.id) or (
            other != seen.id and f"differs from `{other}` by case only"
        )
        diagnostic = diagnose(
            "BC702",
            f"`{provider.id}` serves {quote(seen.id)}, which is not declared",
            place,
            help=how_to_do_without(comparison, seen, problem)
            if problem
            else _how_to_declare(comparison, seen),
        )
        if provider.location == "cloud":
            diagnostic = replace(diagnostic, severity=Severity.NOTE)
        yield Finding(diagnostic, provider.id, seen.id, seen=seen.id, window=seen.window.tokens)


def declaration_of(seen: SeenModel) -> dict[str, object]:
    """What fleet.yaml has to say of a model of a host: its type, and the window it is served with."""
    tokens = seen.window.tokens
    if seen.type in (None, "chat"):
        return {"context": tokens if tokens is not None and tokens >= LEAST_OF_A_CHAT else "unknown"}
    return {"type": seen.type, **({} if tokens is None else {"context": tokens})}


def _how_to_declare(comparison: Comparison, seen: SeenModel) -> str:
    adopted = "" if comparison.provider.location == "cloud" else " (`booconf adopt` does)"
    doubt = "" if seen.type else ", with `type: embedding` or another type if it is no chat model"
    entry = flow_entry(seen.id, declaration_of(seen))
    return f"add `{entry}` to `models`{adopted}{doubt}{or_ignore(comparison, seen.id)}"


def how_to_do_without(comparison: Comparison, seen: SeenModel, problem: str) -> str:
    """What to do about a model of a host whose id has a `problem`, and so cannot be declared."""
    if is_writable(seen.id):
        declared = flow_text({**declaration_of(seen), "upstream": seen.id})
        ignoring = or_ignore(comparison, seen.id)
        return (
            f"this name {problem}, so it can be no id: write `{declared}` under an id of your own{ignoring}"
        )
    advice = f"this name {problem}, so it cannot be declared: rename the model on the host"
    if any(map(is_writable, seen.id)):
        advice += ", or add a pattern to `ignore`, where `*` stands for what cannot be written"
    return advice


def or_ignore(comparison: Comparison, name: str) -> str:
    """What leaves a writable name of the host out on purpose, in words that follow other advice."""
    ignored = comparison.provider.ignore
    if "*" in name:
        return "; no pattern of `ignore` leaves it out alone, as `*` there matches anything"
    if len(ignored) > MOST_LISTED:
        return f", or leave it out on purpose: add `{yaml_scalar(name)}` to `ignore`"
    return f", or leave it out on purpose: `{flow_entry('ignore', [*ignored, name])}`"
