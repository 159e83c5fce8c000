"""Windows that are declared larger or smaller than they are served, or that nobody knows: BC706 to BC708."""

from collections.abc import Iterator
from dataclasses import replace

from booconf.diagnostics import Label, Severity, diagnose
from booconf.drift.host_comparison import Comparison
from booconf.drift.result import Finding, UnknownWindow
from booconf.fleet.assemble import BARE_MODEL
from booconf.fleet.context import CheckContext
from booconf.fleet.limits import written_at
from booconf.fleet.model import LimitRule, Model, Origin
from booconf.live.observation import NameRole
from booconf.quantity import quantity
from booconf.source.emitter import flow_text

LEAST_OF_A_CHAT = 2
"""The smallest window of a chat model, in tokens: one for what goes in, one for what comes out."""

_SAID_BY = {
    LimitRule.OVERRIDE: "by a context override ",
    LimitRule.DEFAULTS: "by the provider's defaults ",
}

_A_ROLE = {
    NameRole.ALIAS: "an alias",
    NameRole.PEER: "a model of its peer",
    NameRole.SELECTOR: "a selector",
    NameRole.PROFILE: "a profile",
}


_OF_A_COMMAND = "; that is from its command line, and a model gets no more than it was trained for"
"""What is to be added about a number of which a host may give less."""


def find_windows(comparison: Comparison) -> Iterator[Finding]:
    """BC706, BC707: a declared window is not the one served; a note where an override made it smaller.

    What a host adds to a window to fill up its last block is no difference.
    """
    for model in comparison.provider.models.values():
        seen, declared = comparison.seen(model), model.limits.context
        if seen is None or seen.window.tokens is None or declared is None:
            continue
        if not seen.window.is_of(declared):
            advice = _what_to_write(comparison, model, declared, seen.window.tokens)
            if seen.window.from_command:
                advice += _OF_A_COMMAND
            yield _differs(comparison, model, declared, seen.window.tokens, advice)


def find_stale_windows(comparison: Comparison) -> Iterator[Finding]:
    """BC708: a running model has another window than its host was told to give it."""
    reported: set[str] = set()
    for model in comparison.provider.models.values():
        seen = comparison.seen(model)
        if seen is None or seen.id in reported:
            continue
        reported.add(seen.id)
        tokens, running = seen.window.tokens, seen.window.running
        if tokens is not None and running is not None and running != tokens:
            diagnostic = diagnose(
                "BC708",
                f"`{model.composite_id}` runs with a window of {running} tokens, but its host says {tokens}",
                comparison.examination.model_key(model),
                help="make the two numbers in the configuration of the host one, "
                "and let it start the model again",
            )
            yield Finding(diagnostic, model.provider, model.id, declared=tokens, seen=running)


def unknown_windows(comparison: Comparison) -> Iterator[UnknownWindow]:
    """The models that are served, and whose window is unknown on one side or the other."""
    for model in comparison.provider.models.values():
        if model.limits.context_origin.rule is not LimitRule.NONE and comparison.serves(model.upstream):
            reason = _why_unknown(comparison, model)
            if reason is not None:
                yield UnknownWindow(model.id, reason)


def _why_unknown(comparison: Comparison, model: Model) -> str | None:
    seen = comparison.seen(model)
    if seen is None:
        role = comparison.other_names[model.upstream]
        return f"`{model.upstream}` is no model of the host itself but {_A_ROLE[role]}"
    if seen.window.tokens is None:
        return seen.window.reason
    if model.limits.context is not None:
        return None
    said = f"it is declared so, while the host serves {quantity(seen.window.tokens, 'token')}"
    return f"{said}: write that number" if may_be_window(model, seen.window.tokens) else said


def _differs(comparison: Comparison, model: Model, declared: int, served: int, advice: str) -> Finding:
    origin = model.limits.context_origin
    diagnostic = diagnose(
        "BC706" if declared > served else "BC707",
        f"`{model.composite_id}` is declared {_SAID_BY.get(origin.rule, '')}with a window of {declared} "
        f"tokens, its host serves {served}",
        *_labels(comparison, model, origin),
        advice,
    )
    if declared < served and origin.rule is LimitRule.OVERRIDE:
        diagnostic = replace(diagnostic, severity=Severity.NOTE)
    return Finding(diagnostic, model.provider, model.id, declared=declared, seen=served)


def _labels(comparison: Comparison, model: Model, origin: Origin) -> tuple[Label, tuple[Label, ...]]:
    """Where the window is written, and if that is elsewhere, the model."""
    place = written_at(model, "context", origin)
    assert place is not None  # noqa: S101 - a number of tokens is always written somewhere
    primary = comparison.examination.value(*place)
    if origin.rule is LimitRule.MODEL:
        return primary, ()
    return primary, (comparison.examination.model_key(model, "for this model"),)


def may_be_window(model: Model, tokens: int) -> bool:
    """Whether so many tokens may be declared as the window of a model."""
    return tokens >= LEAST_OF_A_CHAT or model.type != "chat"


def limits_beyond(examination: CheckContext, model: Model, window: int) -> Iterator[str]:
    """The limits that a model declares and that do not fit into `window`, in tokens."""
    declared = examination.declaration.providers[model.provider].models[model.id] or BARE_MODEL
    if declared.input is not None and declared.input > window:
        yield "input"
    if declared.output is not None and declared.output >= window:
        yield "output"


def _what_to_write(comparison: Comparison, model: Model, declared: int, served: int) -> str:
    serve = f"let the host serve {declared}"
    if not may_be_window(model, served):
        return f"{serve}: a window of {served} leaves a model that chats no room"
    origin = model.limits.context_origin
    edit = _what_to_edit(comparison, model, origin, served)
    if origin.rule is LimitRule.OVERRIDE and declared < served:
        advice = f"nothing, if the override is there to make it smaller; else {edit}"
    else:
        advice = f"{edit}, or {serve}"
    limits = " and ".join(f"`{limit}`" for limit in limits_beyond(comparison.examination, model, served))
    if limits:
        advice += f"; take {limits} out of the model then, which no longer fits"
    return advice


def _what_to_edit(comparison: Comparison, model: Model, origin: Origin, served: int) -> str:
    """How fleet.yaml is made to say what the host serves."""
    if origin.override is not None:
        override = comparison.examination.declaration.context_overrides[origin.override].match
        is_shared = comparison.together.references.others(override, model.composite_id)
        if is_shared and "*" not in model.composite_id:
            entry = flow_text({"match": model.composite_id, "context": served})
            return f"add `{entry}` at the end of `context_overrides`, as this one is for others too"
        return f"write {served} in the override"
    if origin.rule is LimitRule.DEFAULTS:
        return f"write `context: {served}` at the model"
    return f"write {served} (`booconf adopt` does)"
