"""Rules about references to declarations elsewhere in the file."""

from collections.abc import Iterator, Mapping
from itertools import chain

from booconf.diagnostics import Diagnostic
from booconf.diagnostics.suggestion import closest
from booconf.escaping import quote
from booconf.fleet.context import CheckContext, SuggestionBudget, diagnostic, role_name


def check_default_provider(context: CheckContext) -> Iterator[Diagnostic]:
    """BC301: the default provider, to which bare ids resolve, is declared and local."""
    fleet = context.fleet
    default = fleet.default_provider
    local = [provider.id for provider in fleet.providers.values() if provider.location == "local"]
    advice = f"write one of the local providers: {_listed(local)}" if local else "declare a local provider"
    provider = fleet.providers.get(default)
    if provider is None:
        suggestion = closest(default, local)
        yield diagnostic(
            "BC301",
            f"default_provider {quote(default)} is not declared",
            context.value("default_provider"),
            advice=f"write `{suggestion}`" if suggestion else advice,
        )
    elif provider.location != "local":
        yield diagnostic(
            "BC301",
            f"default_provider `{default}` is a cloud provider, so every bare id would be sent to a cloud",
            context.value("default_provider"),
            context.value("providers", default, "location", text="declared as cloud here"),
            advice=advice,
        )


def check_role_targets(context: CheckContext) -> Iterator[Diagnostic]:
    """BC302, BC303: a role or agent names a declared chat model by its composite id."""
    budget = SuggestionBudget()
    for path, target in context.fleet.written_roles():
        model = context.fleet.find_model(target)
        if model is None:
            yield diagnostic(
                "BC302",
                f"{role_name(path)} names `{target}`, which is not declared",
                context.value(*path),
                advice=_advice(context, target, context.chat_ids_by_name, budget),
            )
        elif model.type != "chat":
            yield diagnostic(
                "BC303",
                f"{role_name(path)} names `{target}`, which is of type {model.type}",
                context.value(*path),
                context.value(
                    "providers", model.provider, "models", model.id, "type", text="its type is declared here"
                ),
                advice="name a chat model",
            )


def check_bare_id_targets(context: CheckContext) -> Iterator[Diagnostic]:
    """BC304: the target of a legacy bare id is a declared model."""
    budget = SuggestionBudget()
    for bare_id, target in context.fleet.legacy.bare_ids.items():
        if context.fleet.find_model(target) is None:
            yield diagnostic(
                "BC304",
                f"the bare id `{bare_id}` means `{target}`, which is not declared",
                context.value("legacy", "bare_ids", bare_id),
                advice=_advice(context, target, context.ids_by_name, budget),
            )


def check_bare_id_keys(context: CheckContext) -> Iterator[Diagnostic]:
    """BC305: no earlier step resolves a legacy bare id, and no model of the default provider has it."""
    fleet = context.fleet
    default = fleet.providers.get(fleet.default_provider)
    for bare_id in fleet.legacy.bare_ids:
        place = ("legacy", "bare_ids", bare_id)
        first, slash, _ = bare_id.partition("/")
        if slash and first in fleet.providers:
            yield diagnostic(
                "BC305",
                f"`{bare_id}` reads as a composite id of the provider `{first}`, so it is never looked up",
                context.key(*place),
                context.key("providers", first, text="this provider takes precedence"),
                advice="remove the entry, or use another provider id",
            )
        elif slash and first in fleet.legacy.providers:
            yield diagnostic(
                "BC305",
                f"`{bare_id}` reads as an id of the former provider `{first}`, so it is never looked up",
                context.key(*place),
                context.key("legacy", "providers", first, text="this entry takes precedence"),
                advice="remove one of the two entries",
            )
        elif default is not None and (bare_id in default.models or bare_id in default.aliases):
            model = default.models[default.aliases.get(bare_id, bare_id)]
            yield diagnostic(
                "BC305",
                f"`{bare_id}` is already a model of the default provider, to which bare ids resolve",
                context.key(*place),
                context.model_key(model, "declared here"),
                advice="remove the entry; a bare id may only mean a model that "
                "the default provider does not have",
            )


def check_successors(context: CheckContext) -> Iterator[Diagnostic]:
    """BC306, BC307: a former provider id is not declared, and its successor is."""
    providers = context.fleet.providers
    budget = SuggestionBudget()
    for former, successor in context.fleet.legacy.providers.items():
        if former in providers:
            yield diagnostic(
                "BC307",
                f"`{former}` is called a former provider but is declared",
                context.key("legacy", "providers", former),
                context.key("providers", former, text="declared here"),
                advice="remove one of the two",
            )
        elif successor is not None and successor not in providers:
            suggestion = closest(successor, providers) if budget.take() else None
            yield diagnostic(
                "BC306",
                f"the successor `{successor}` of `{former}` is not declared",
                context.value("legacy", "providers", former),
                advice=f"write `{suggestion}`"
                if suggestion
                else "write a declared provider, or null when it is retired",
            )


def _advice(
    context: CheckContext, target: str, ids_by_name: Mapping[str, list[str]], budget: SuggestionBudget
) -> str:
    """Advice for a composite id that is not declared: the model of its alias, or the most similar id."""
    provider_id, slash, name = target.partition("/")
    provider = context.fleet.providers.get(provider_id)
    if provider and name in provider.aliases:
        return f"write `{provider_id}/{provider.aliases[name]}`; `{name}` is an alias"
    if budget.take():
        same_name = ids_by_name.get(name if slash else target)
        if same_name:
            return f"write {' or '.join(f'`{composite_id}`' for composite_id in same_name)}"
        suggestion = closest(target, chain.from_iterable(ids_by_name.values()))
        if suggestion:
            return f"write `{suggestion}`"
    return "write `provider/model` of a declared model, or declare the model"


def _listed(ids: list[str]) -> str:
    return ", ".join(f"`{provider_id}`" for provider_id in ids)
