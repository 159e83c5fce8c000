"""Findings about windows that differ (BC706 to BC708), and windows that cannot be compared."""

from collections.abc import Iterator
from dataclasses import replace

from booconf import quantity
from booconf.diagnostics import Label, Severity, diagnose
from booconf.drift.host_comparison import HostComparison
from booconf.drift.result import Finding, UnknownWindow
from booconf.fleet.assemble import BARE_MODEL
from booconf.fleet.context import CheckContext
from booconf.fleet.limits import written_at
from booconf.fleet.model import LimitRule, Model, Origin
from booconf.fleet.rules.opencode_limits import is_compacted_without_end
from booconf.live.observation import NameRole
from booconf.source.emitter import flow_text

LEAST_CHAT_WINDOW = 2
"""The smallest window of a chat model, in tokens: one of input, one of output."""

_DECLARED_BY = {
    LimitRule.OVERRIDE: "by a context override ",
    LimitRule.DEFAULTS: "by the provider's defaults ",
}

_ROLE_NOUNS = {
    NameRole.ALIAS: "an alias",
    NameRole.PEER: "a model of its peer",
    NameRole.SELECTOR: "a selector",
    NameRole.PROFILE: "a profile",
}

_FROM_COMMAND = "; that is from its command line, and a model gets no more than it was trained for"
"""Added to advice about a window that the host may limit further."""


def find_windows(host: HostComparison) -> Iterator[Finding]:
    """BC706, BC707: a declared window differs from the served one; a note if an override made it smaller.

    A window rounded up to a whole block of the host is no difference.
    """
    for model in host.provider.models.values():
        seen, declared = host.served.find(model), model.limits.context
        if seen is None or seen.window.tokens is None or declared is None:
            continue
        if not seen.window.is_of(declared):
            advice = _repair(host, model, declared, seen.window.tokens)
            if seen.window.from_command:
                advice += _FROM_COMMAND
            yield _differs(host, model, declared, seen.window.tokens, advice)


def find_stale_windows(host: HostComparison) -> Iterator[Finding]:
    """BC708: the window of a running model differs from the one configured on its host."""
    reported: set[str] = set()
    for model in host.provider.models.values():
        seen = host.served.find(model)
        if seen is None or seen.id in reported:
            continue
        reported.add(seen.id)
        tokens, running = seen.window.tokens, seen.window.running
        if tokens is not None and running is not None and running != tokens:
            diagnostic = diagnose(
                "BC708",
                f"`{model.composite_id}` runs with a window of {running} tokens, "
                f"but its host reports {tokens}",
                host.context.model_key(model),
                help="make the two numbers in the configuration of the host equal, and restart the model",
            )
            yield Finding(diagnostic, model.provider, model.id, declared=tokens, seen=running)


def unknown_windows(host: HostComparison) -> Iterator[UnknownWindow]:
    """The served models whose window is unknown, declared or served."""
    for model in host.provider.models.values():
        if model.limits.context_origin.rule is not LimitRule.NONE and model.upstream in host.served:
            reason = _why_unknown(host, model)
            if reason is not None:
                yield UnknownWindow(model.id, reason)


def _why_unknown(host: HostComparison, model: Model) -> str | None:
    seen = host.served.find(model)
    if seen is None:
        role = host.served.other_names[model.upstream]
        return f"`{model.upstream}` is no model of the host itself but {_ROLE_NOUNS[role]}"
    if seen.window.tokens is None:
        return seen.window.reason
    if model.limits.context is not None:
        return None
    reason = f"it is declared so, while the host serves {quantity(seen.window.tokens, 'token')}"
    return f"{reason}: write that number" if _may_be_window(model, seen.window.tokens) else reason


def _differs(host: HostComparison, model: Model, declared: int, served: int, advice: str) -> Finding:
    origin = model.limits.context_origin
    diagnostic = diagnose(
        "BC706" if declared > served else "BC707",
        f"`{model.composite_id}` is declared {_DECLARED_BY.get(origin.rule, '')}with a window of {declared} "
        f"tokens, its host serves {served}",
        *_labels(host, model, origin),
        advice,
    )
    if declared < served and origin.rule is LimitRule.OVERRIDE:
        diagnostic = replace(diagnostic, severity=Severity.NOTE)
    return Finding(diagnostic, model.provider, model.id, declared=declared, seen=served)


def _labels(host: HostComparison, model: Model, origin: Origin) -> tuple[Label, tuple[Label, ...]]:
    """A label on the declared window, and one on the model if the window is declared elsewhere."""
    path = written_at(model, "context", origin)
    assert path is not None  # noqa: S101 - a number of tokens is always written somewhere
    primary = host.context.value(*path)
    if origin.rule is LimitRule.MODEL:
        return primary, ()
    return primary, (host.context.model_key(model, "for this model"),)


def _may_be_window(model: Model, tokens: int) -> bool:
    """True if a window of this many tokens may be declared for the model."""
    return tokens >= LEAST_CHAT_WINDOW or model.type != "chat"


def limits_beyond(context: CheckContext, model: Model, window: int) -> Iterator[str]:
    """The limits that a model declares and that exceed a window of this many tokens."""
    declared = context.declaration.providers[model.provider].models[model.id] or BARE_MODEL
    if declared.input is not None and declared.input > window:
        yield "input"
    if declared.output is not None and (
        declared.output >= window or is_compacted_without_end(_with_window(model, window, declared.output))
    ):
        yield "output"


def _with_window(model: Model, window: int, output: int) -> Model:
    return replace(model, limits=replace(model.limits, context=window, output=output))


def _repair(host: HostComparison, model: Model, declared: int, served: int) -> str:
    serve = f"let the host serve {declared}"
    if not _may_be_window(model, served):
        return f"{serve}: a window of {served} is too small for a chat model"
    origin = model.limits.context_origin
    edit = _edit(host, model, origin, served)
    if origin.rule is LimitRule.OVERRIDE and declared < served:
        advice = f"keep it if the override makes it smaller on purpose; else {edit}"
    else:
        advice = f"{edit}, or {serve}"
    limits = " and ".join(f"`{limit}`" for limit in limits_beyond(host.context, model, served))
    if limits:
        advice += f"; remove {limits} from the model then, which no longer fits"
    return advice


def _edit(host: HostComparison, model: Model, origin: Origin, served: int) -> str:
    """The edit of fleet.yaml that declares the served window."""
    if origin.override is not None:
        override = host.context.declaration.context_overrides[origin.override].match
        is_shared = host.references.matches_others(override, model.composite_id)
        if is_shared and "*" not in model.composite_id:
            entry = flow_text({"match": model.composite_id, "context": served})
            return f"add `{entry}` at the end of `context_overrides`, as this one matches other models too"
        return f"write {served} in the override"
    if origin.rule is LimitRule.DEFAULTS:
        return f"write `context: {served}` at the model"
    return f"write {served} (`booconf adopt` does)"
