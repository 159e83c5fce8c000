"""Rules about limits that are valid for the host but leave opencode too little room."""

from collections.abc import Iterator

from booconf import quantity
from booconf.diagnostics import Diagnostic, Label
from booconf.fleet.context import CheckContext, diagnostic, role_name
from booconf.fleet.limits import LARGEST_DERIVED_OUTPUT, written_at
from booconf.fleet.model import LimitRule, Model
from booconf.fleet.opencode_limits import (
    LARGEST_OUTPUT,
    OUTPUT_VARIABLE,
    PROMPT,
    SMALLEST_SESSION,
    compaction_size,
    declared_max_tokens,
    prompt_limit,
    requested_output,
)
from booconf.fleet.rules.limits import limit_label
from booconf.fleet.rules.roles import ADVISED_CODING_WINDOW, SMALLEST_CODING_WINDOW

SMALLEST_CODING_INPUT = 16384
"""The smallest useful room for input of a coding client, in tokens: twice opencode's own prompt."""

SMALLEST_USEFUL_OUTPUT = 2048
"""The smallest output limit that advice proposes, in tokens."""

_MOST_LABELS = 5


def check_input_room(context: CheckContext) -> Iterator[Diagnostic]:
    """BC406: a chat model whose window is large enough leaves room for opencode's own prompt."""
    for model in context.fleet.chat_models():
        if is_compacted_without_end(model):
            by_input = _is_limited_by_input(model)
            yield diagnostic(
                "BC406",
                f"`{model.composite_id}` has {_room(model)}, "
                f"so opencode would compact every session without end",
                limit_label(context, model, "input") if by_input else _output_label(context, model),
                limit_label(context, model, "context", f"the window is {model.limits.context}"),
                advice="remove `input`, or write a larger one"
                if by_input
                else f"write `{_output_key(model)}: {_usual_output(model)}` or less at the model",
            )


def is_compacted_without_end(model: Model) -> bool:
    """True if opencode's own prompt and a summary exceed the size at which it compacts, or its room.

    Windows below 16,384 tokens are facts of a host (BC504); an output that fills the window is BC403.
    """
    room = min(compaction_size(model) or 0, prompt_limit(model) or 0)
    return _holds_its_output(model, SMALLEST_CODING_WINDOW) and room < SMALLEST_SESSION


def check_coding_room(context: CheckContext) -> Iterator[Diagnostic]:
    """BC513: a model with a coding role leaves room for input beside its output; each model once."""
    seen: set[str] = set()
    for path, model in context.coding_roles():
        if model.composite_id in seen:
            continue
        seen.add(model.composite_id)
        room = prompt_limit(model)
        if (
            room is not None
            and room < SMALLEST_CODING_INPUT
            and _holds_its_output(model, SMALLEST_CODING_WINDOW)
            and not is_compacted_without_end(model)
        ):
            yield diagnostic(
                "BC513",
                f"`{model.composite_id}` has {_room(model)}, little for the coding {role_name(path)}: "
                f"opencode's own prompt takes about {PROMPT}",
                context.value(*path),
                context.model_key(model, "declared here"),
                advice=_coding_advice(model),
            )


def check_largest_output(context: CheckContext) -> Iterator[Diagnostic]:
    """BC514: opencode asks for the whole output that is declared; one warning for all models.

    A model that BC406 reports needs a much smaller output.
    """
    places: dict[tuple[str | int, ...], Model] = {}
    for model in context.fleet.chat_models():
        output = model.limits.output or 0
        if (
            output > LARGEST_OUTPUT
            and declared_max_tokens(model) is None
            and _holds_its_output(model)
            and not is_compacted_without_end(model)
        ):
            place = written_at(model, "output", model.limits.output_origin)
            assert place is not None  # noqa: S101 - a derived output is smaller
            places.setdefault(place, model)
    if not places:
        return
    (first, model), *others = places.items()
    more = f", and of {quantity(len(others), 'more declaration')}" if others else ""
    yield diagnostic(
        "BC514",
        f"opencode asks for at most {LARGEST_OUTPUT} of the {model.limits.output} output tokens "
        f"of `{model.composite_id}`{more}",
        context.value(*first),
        *(context.value(*place, text="declared here") for place, _ in others[:_MOST_LABELS]),
        advice=f"write `output: {LARGEST_OUTPUT}`, or keep it for clients other than opencode; "
        f"{OUTPUT_VARIABLE} raises opencode's limit",
    )


def _holds_its_output(model: Model, smallest: int = 0) -> bool:
    """True for a known window of at least this many tokens and larger than the output."""
    return (model.limits.context or 0) >= max(smallest, (model.limits.output or 0) + 1)


def _room(model: Model) -> str:
    """The room for input of a known window, as messages name it."""
    room = quantity(prompt_limit(model) or 0, "token")
    if _is_limited_by_input(model):
        return f"an input limit of {room} and an output of {requested_output(model)}"
    return f"{room} for input beside an output of {requested_output(model)}"


def _is_limited_by_input(model: Model) -> bool:
    """True if a declared input leaves less room than the output does."""
    limits = model.limits
    return limits.input_origin.rule is LimitRule.MODEL and prompt_limit(model) == limits.input


def _output_key(model: Model) -> str:
    """The key of fleet.yaml that decides the requested output."""
    return "output" if declared_max_tokens(model) is None else "max_tokens"


def _output_label(context: CheckContext, model: Model) -> Label:
    if declared_max_tokens(model) is None:
        return limit_label(context, model, "output")
    return context.value("providers", model.provider, "models", model.id, "extra_body", "max_tokens")


def _usual_output(model: Model) -> int:
    """The output limit that booconf derives for a model without reasoning."""
    return min(LARGEST_DERIVED_OUTPUT, (model.limits.context or 0) // 4)


def _coding_advice(model: Model) -> str:
    if _is_limited_by_input(model):
        return "remove `input`, or name a model with more room"
    most = (model.limits.context or 0) - SMALLEST_CODING_INPUT
    if most < SMALLEST_USEFUL_OUTPUT:
        return f"let the host serve at least {ADVISED_CODING_WINDOW} tokens, or name another model"
    return f"write `{_output_key(model)}: {most}` or less at the model"
