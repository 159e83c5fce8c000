"""Rule about names by which opencode changes its requests."""

from collections.abc import Iterator, Sequence

from booconf.diagnostics import Diagnostic, Label
from booconf.fleet.context import CheckContext, diagnostic
from booconf.fleet.model import Model, Provider
from booconf.fleet.opencode_builtins import BUILTIN_PROVIDERS
from booconf.fleet.opencode_name_rules import NameField
from booconf.fleet.opencode_names import NameMatch, options_are_sent, remaining_matches
from booconf.fleet.rules.names import opencode_id_label

_WAYS_OUT: tuple[tuple[NameField, str], ...] = (
    ("opencode provider id", "set `opencode: {{id: ...}}` to an id without {}"),
    ("model id", "write an id without {}, and `upstream` with the name that the host knows"),
    ("upstream name", "let the host serve it under a name without {}"),
)


def check_opencode_names(context: CheckContext) -> Iterator[Diagnostic]:
    """BC518: opencode changes no request because of a name, or its files undo the change."""
    for provider in context.fleet.providers.values():
        of_provider: dict[str, NameMatch] = {}
        for model in provider.chat_models():
            of_model = []
            for match in remaining_matches(provider, model):
                if match.rule.field == "opencode provider id":
                    of_provider.setdefault(match.rule.subject, match)
                else:
                    of_model.append(match)
            if of_model:
                label = _label(context, model, of_model)
                yield _diagnostic(f"`{model.composite_id}`", of_model, label, _declarable(provider, of_model))
        built_in = provider.opencode_id in BUILTIN_PROVIDERS and not provider.extends_builtin
        if of_provider and not built_in:  # BC313 and BC508 report a built-in id
            subject = f"models of `{provider.id}`"
            yield _diagnostic(subject, [*of_provider.values()], opencode_id_label(context, provider))


def _declarable(provider: Provider, matches: Sequence[NameMatch]) -> str:
    """The way out for parameters that `extra_body` replaces, if it is sent."""
    names = [f"`{match.rule.parameter}`" for match in matches if match.rule.parameter]
    return f"or declare {' and '.join(names)} in `extra_body`" if names and options_are_sent(provider) else ""


def _diagnostic(subject: str, matches: Sequence[NameMatch], label: Label, more: str = "") -> Diagnostic:
    causes: dict[str, list[str]] = {}
    for match in matches:
        causes.setdefault(match.rule.effect, []).append(f"`{match.part}` in the {match.rule.field}")
    effects = ", ".join(f"{effect} ({', '.join(parts)})" for effect, parts in causes.items())
    advice = []
    for field, way in _WAYS_OUT:
        parts = {match.part for match in matches if match.rule.field == field}
        shortest = sorted(part for part in parts if not any(other in part for other in parts - {part}))
        if shortest:
            advice.append(way.format(" and ".join(f"`{part}`" for part in shortest)))
    return diagnostic(
        "BC518",
        f"for {subject} opencode {effects}",
        label,
        advice="; ".join([*advice, more] if more else advice),
    )


def _label(context: CheckContext, model: Model, matches: Sequence[NameMatch]) -> Label:
    """A label on the name that decides: the model id, or a declared `upstream` if that alone does."""
    if model.upstream == model.id or any(match.rule.field == "model id" for match in matches):
        return context.model_key(model)
    return context.value("providers", model.provider, "models", model.id, "upstream")
