"""Rules about token limits: declared or explicitly unknown, and possible."""

from collections.abc import Iterator

from booconf.diagnostics import Diagnostic, Label
from booconf.diagnostics.suggestion import closest
from booconf.fleet.context import CheckContext, SuggestionBudget, diagnostic
from booconf.fleet.limits import LimitName, Pattern, origin_of, written_at
from booconf.fleet.model import LimitRule, Model


def check_overrides(context: CheckContext) -> Iterator[Diagnostic]:
    """BC311: every context override matches a declared model."""
    overrides = context.declaration.context_overrides
    if not overrides:
        return
    ids = [model.composite_id for model in context.fleet.models()]
    declared = frozenset(ids)
    budget = SuggestionBudget()
    for index, override in enumerate(overrides):
        pattern = Pattern.of(override.match)
        if override.match in declared or ("*" in override.match and any(map(pattern.matches, ids))):
            continue
        suggestion = closest(override.match, ids) if budget.take() else None
        yield diagnostic(
            "BC311",
            f"the context override `{override.match}` matches no declared model",
            context.value("context_overrides", index, "match"),
            advice=(
                f"write `{suggestion}`"
                if suggestion
                else "write a composite id, `*` for any run of characters"
            )
            + ", or remove the entry",
        )


def check_windows(context: CheckContext) -> Iterator[Diagnostic]:
    """BC401, BC405, BC505: a chat model has a window, or an explicitly unknown one; no override raises it."""
    for model in context.fleet.models():
        limits = model.limits
        if model.type == "chat" and limits.context is None:
            if limits.context_origin.rule is LimitRule.NONE:
                yield diagnostic(
                    "BC401",
                    f"the chat model `{model.composite_id}` has no context window",
                    context.model_key(model),
                    advice="write `context:` and the tokens the host serves a request, or `context: unknown`",
                )
            else:
                yield diagnostic(
                    "BC405",
                    f"the window of `{model.composite_id}` is unknown, so opencode never compacts",
                    limit_label(context, model, "context"),
                    advice="write the tokens once you know them; `booconf diff` shows what the host serves",
                )
        if limits.context is not None and limits.context_origin.override is not None:
            yield from _check_raised(context, model, limits.context, limits.context_origin.override)


def _check_raised(context: CheckContext, model: Model, window: int, override: int) -> Iterator[Diagnostic]:
    declared = context.declaration.providers[model.provider].models[model.id]
    if declared and isinstance(declared.context, int) and window > declared.context:
        yield diagnostic(
            "BC505",
            f"the override raises the window of `{model.composite_id}` from {declared.context} to {window}",
            context.value("context_overrides", override, "context"),
            context.value(
                "providers", model.provider, "models", model.id, "context", text="the model declares this"
            ),
            advice="lower the override, or correct the model's own `context`",
        )


def check_limits(context: CheckContext) -> Iterator[Diagnostic]:
    """BC402, BC403, BC404: input and output limits fit into the window; only chat models have output."""
    for model in context.fleet.models():
        limits = model.limits
        if model.type != "chat":
            yield from _check_no_output(context, model)
        if limits.context is None or limits.input is None:
            continue
        if limits.input > limits.context:
            yield diagnostic(
                "BC402",
                f"the input limit {limits.input} of `{model.composite_id}` is larger than its window "
                f"{limits.context}",
                limit_label(context, model, "input"),
                limit_label(context, model, "context", f"the window is {limits.context}"),
                advice=f"write at most {limits.context}, or remove `input`",
            )
        if limits.output is None or limits.output < limits.context:
            continue
        if limits.context == 1:
            yield diagnostic(
                "BC403",
                f"a window of 1 leaves no tokens for output of `{model.composite_id}`",
                limit_label(context, model, "context"),
                advice="write the tokens the host serves a request, at least 2, or `context: unknown`",
            )
        else:
            yield diagnostic(
                "BC403",
                f"the output limit {limits.output} of `{model.composite_id}` leaves no tokens for input "
                f"in its window {limits.context}",
                limit_label(context, model, "output"),
                limit_label(context, model, "context", f"the window is {limits.context}"),
                advice=f"write less than {limits.context}",
            )


def _check_no_output(context: CheckContext, model: Model) -> Iterator[Diagnostic]:
    declared = context.declaration.providers[model.provider].models[model.id]
    if declared is not None and declared.output is not None:
        yield diagnostic(
            "BC404",
            f"`{model.composite_id}` is of type {model.type} and has an output limit",
            context.key("providers", model.provider, "models", model.id, "output"),
            advice="remove `output`; it is for chat models only",
        )


def check_efforts(context: CheckContext) -> Iterator[Diagnostic]:
    """BC407: reasoning efforts are those of a chat model that reasons."""
    for model in context.fleet.models():
        if not model.efforts or (model.type == "chat" and "reasoning" in model.capabilities):
            continue
        if model.type == "chat":
            cause, reason = "capabilities", "has no capability `reasoning`"
            advice = "add it to `capabilities`, or remove `efforts`"
        else:
            cause, reason = "type", f"is of type {model.type}"
            advice = "remove `efforts`; it is for chat models only"
        path = ("providers", model.provider, "models", model.id)
        yield diagnostic(
            "BC407",
            f"`{model.composite_id}` {reason} and declares efforts",
            context.key(*path, "efforts"),
            context.key(*path, cause, text=f"it {reason}"),
            advice=advice,
        )


def limit_label(context: CheckContext, model: Model, limit: LimitName, text: str = "") -> Label:
    """A label on the source of a limit; on the model if booconf derives it."""
    place = written_at(model, limit, origin_of(model, limit))
    return context.model_key(model, text) if place is None else context.value(*place, text=text)
