"""Windows that are declared larger or smaller than they are served, or that nobody knows: BC706 to BC708."""

from collections.abc import Iterator
from dataclasses import replace

from booconf.diagnostics import Label, Severity, diagnose
from booconf.drift.comparison import Comparison
from booconf.drift.result import Finding, UnknownWindow
from booconf.fleet.model import LimitRule, Model, Origin
from booconf.fleet.windows import written_at
from booconf.live import adapter_of
from booconf.live.observation import NameRole

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


def find_windows(comparison: Comparison) -> Iterator[Finding]:
    """BC706, BC707: a declared window is not the one served; a note where an override made it smaller.

    What a host adds to a window to fill up its last block is no difference.
    """
    for model in comparison.provider.models.values():
        seen, declared = comparison.seen(model), model.limits.context
        if seen is None or seen.window.tokens is None or declared is None:
            continue
        if not seen.window.is_of(declared):
            yield _differs(comparison, model, declared, seen.window.tokens)


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
    if model.limits.context is None:
        return f"it is declared so, while the host serves {seen.window.tokens} tokens: write that number"
    return None


def _differs(comparison: Comparison, model: Model, declared: int, served: int) -> Finding:
    origin = model.limits.context_origin
    diagnostic = diagnose(
        "BC706" if declared > served else "BC707",
        f"`{model.composite_id}` is declared {_SAID_BY.get(origin.rule, '')}with a window of {declared} "
        f"tokens, its host serves {served}",
        *_labels(comparison, model, origin),
        _what_to_write(comparison, origin, declared, served),
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


def _what_to_write(comparison: Comparison, origin: Origin, declared: int, served: int) -> str:
    match origin.rule:
        case LimitRule.OVERRIDE if declared < served:
            advice = f"nothing, if the override is there to make it smaller; else write {served} in it"
        case LimitRule.OVERRIDE:
            advice = f"write {served} in the override, or let the host serve {declared}"
        case LimitRule.DEFAULTS:
            advice = f"write `context: {served}` at the model, or let the host serve {declared}"
        case _:
            advice = f"write {served} (`booconf adopt` does), or let the host serve {declared}"
    caution = adapter_of(comparison.provider.kind).WINDOW_CAVEAT
    return f"{advice}; {caution}" if caution else advice
