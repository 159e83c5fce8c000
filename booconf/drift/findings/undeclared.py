"""Findings about models that are not declared (BC702) and about aliases that differ (BC705)."""

from collections.abc import Iterator
from dataclasses import replace

from booconf.diagnostics import Severity, diagnose
from booconf.drift.findings.windows import LEAST_CHAT_WINDOW
from booconf.drift.host_comparison import HostComparison
from booconf.drift.quoting import MOST_LISTED, is_writable
from booconf.drift.result import Finding
from booconf.escaping import quote
from booconf.fleet.model import Model
from booconf.live.observation import SeenModel
from booconf.source.emitter import flow_entry, flow_text, yaml_scalar


def find_undeclared(host: HostComparison) -> Iterator[Finding]:
    """BC702: a model of the host that is neither declared nor ignored; a note for a cloud provider."""
    provider = host.provider
    if not host.matches.new:
        return
    label = host.context.key("providers", provider.id, "models")
    first: dict[str, str] = {}
    for seen in host.matches.new:
        other = first.setdefault(seen.id.casefold(), seen.id)
        problem = host.name_problem(seen.id) or (other != seen.id and f"differs from `{other}` by case only")
        diagnostic = diagnose(
            "BC702",
            f"`{provider.id}` serves {quote(seen.id)}, which is not declared",
            label,
            help=advice_on_unusable_id(host, seen, problem) if problem else _declare_model(host, seen),
        )
        if provider.location == "cloud":
            diagnostic = replace(diagnostic, severity=Severity.NOTE)
        yield Finding(diagnostic, provider.id, seen.id, seen=seen.id, window=seen.window.tokens)


def declaration_of(seen: SeenModel) -> dict[str, object]:
    """The declaration of a model of a host: its type, and the window it is served with."""
    tokens = seen.window.tokens
    if seen.type in (None, "chat"):
        return {"context": tokens if tokens is not None and tokens >= LEAST_CHAT_WINDOW else "unknown"}
    return {"type": seen.type, **({} if tokens is None else {"context": tokens})}


def _declare_model(host: HostComparison, seen: SeenModel) -> str:
    adopted = "" if host.provider.location == "cloud" else " (`booconf adopt` does)"
    doubt = "" if seen.type else ", with `type: embedding` or another type if it is not a chat model"
    entry = flow_entry(seen.id, declaration_of(seen))
    return f"add `{entry}` to `models`{adopted}{doubt}{_or_ignore(host, seen.id)}"


def advice_on_unusable_id(host: HostComparison, seen: SeenModel, problem: str) -> str:
    """The advice on a model of a host whose id has a `problem`, and so cannot be an id in fleet.yaml."""
    if is_writable(seen.id):
        declared = flow_text({**declaration_of(seen), "upstream": seen.id})
        return (
            f"this name {problem}, so it can be no id: write `{declared}` under an id of your own"
            f"{_or_ignore(host, seen.id)}"
        )
    advice = f"this name {problem}, so it cannot be declared: rename the model on the host"
    if any(map(is_writable, seen.id)):
        advice += ", or add a pattern to `ignore`, with `*` in place of such characters"
    return advice


def _or_ignore(host: HostComparison, name: str) -> str:
    """The `ignore` entry for a writable name of the host, as a clause that follows other advice."""
    ignored = host.provider.ignore
    if "*" in name:
        return "; no pattern of `ignore` leaves it out alone, as `*` there matches anything"
    if len(ignored) > MOST_LISTED:
        return f", or leave it out on purpose: add `{yaml_scalar(name)}` to `ignore`"
    return f", or leave it out on purpose: `{flow_entry('ignore', [*ignored, name])}`"


def find_aliases(host: HostComparison) -> Iterator[Finding]:
    """BC705: an alias that differs, and as a note an alias that is not declared. None for absent models."""
    reported: set[str] = set()
    for model in host.provider.models.values():
        seen = host.served.find(model)
        if seen is None:
            continue
        for index, alias in enumerate(model.aliases):
            if alias not in host.served.names[seen.id]:
                yield from _not_served(host, model, seen, index)
        if seen.id not in reported:
            reported.add(seen.id)
            yield from _not_declared(host, model, seen)


def unreported_aliases(host: HostComparison) -> list[str]:
    """The declared aliases that cannot be compared, because the host does not report those of the model."""
    unreported: list[str] = []
    for model in host.provider.models.values():
        seen = host.served.find(model)
        if seen.aliases is None if seen else model.upstream in host.served:
            unreported += (alias for alias in model.aliases if alias not in host.served)
    return unreported


def _not_served(host: HostComparison, model: Model, seen: SeenModel, index: int) -> Iterator[Finding]:
    """The finding about a declared alias that is no name of its model, if the host reports aliases."""
    alias = model.aliases[index]
    other = host.served.by_name.get(alias)
    if seen.aliases is None or alias in host.served.other_names:
        return
    label = host.context.key("providers", model.provider, "models", model.id, "aliases", index)
    if other is None:
        diagnostic = diagnose(
            "BC705",
            f"`{model.provider}` does not serve `{model.id}` under its alias `{alias}`",
            label,
            help="add the alias on the host, or remove it from `aliases` (`booconf adopt` does)",
        )
        yield Finding(diagnostic, model.provider, model.id, declared=alias)
    else:
        diagnostic = diagnose(
            "BC705",
            f"the alias `{alias}` of `{model.composite_id}` means {quote(other.id)} on its host",
            label,
            help=f"remove it from `aliases`, or on the host from {quote(other.id)}: "
            "that model answers requests for the alias",
        )
        yield Finding(diagnostic, model.provider, model.id, declared=alias, seen=other.id)


def _not_declared(host: HostComparison, model: Model, seen: SeenModel) -> Iterator[Finding]:
    for alias in sorted({*(seen.aliases or ())}):
        if alias in host.declared.every or host.declared.ignores(alias):
            continue
        diagnostic = diagnose(
            "BC705",
            f"`{model.provider}` also serves `{model.id}` as {quote(alias)}, which is not declared",
            host.context.model_key(model),
            help=_declare_alias(host, model, alias),
        )
        yield Finding(replace(diagnostic, severity=Severity.NOTE), model.provider, model.id, seen=alias)


def _declare_alias(host: HostComparison, model: Model, alias: str) -> str:
    problem = host.name_problem(alias)
    if problem:
        ignoring = _or_ignore(host, alias) if is_writable(alias) else ""
        return f"this name {problem}, so it cannot be declared: give it another one on the host{ignoring}"
    aliases = flow_entry("aliases", [*model.aliases, alias])
    return f"write `{aliases}`{_or_ignore(host, alias)}"
