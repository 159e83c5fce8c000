"""Rules about roles that are valid but probably not intended."""

from collections.abc import Iterator

from booconf.diagnostics import Diagnostic
from booconf.fleet.context import CheckContext, diagnostic, role_name
from booconf.fleet.model import Model, Provider
from booconf.fleet.urls import address_of

SMALLEST_CODING_WINDOW = 16384
"""The smallest useful window of a coding client, in tokens: opencode's prompt has about 8,000 (1.18.33)."""

ADVISED_CODING_WINDOW = 24576
"""The smallest window that advice names: beside the output derived for it, BC513 finds enough room."""


def check_swaps(context: CheckContext) -> Iterator[Diagnostic]:
    """BC502: loading the task model does not unload the default model from its host."""
    fleet, roles = context.fleet, context.fleet.roles
    if roles.task is None:
        return
    default, task = fleet.find_model(roles.default), fleet.find_model(roles.task)
    if default is None or task is None or default.type != "chat" or task.type != "chat":
        return
    host, task_host = fleet.providers[default.provider], fleet.providers[task.provider]
    if _loaded_model(host, default) == _loaded_model(task_host, task):
        return
    if address_of(host.base_url) != address_of(task_host.base_url):
        return
    if all(context.facts_of(kind).SWAPS_MODELS for kind in (host.kind, task_host.kind)):
        names = f"`{host.id}`" if host is task_host else f"behind `{host.id}` and `{task_host.id}`"
        yield diagnostic(
            "BC502",
            f"`task` and `default` are two models of the {host.kind} host {names}, "
            "so every new session may swap models twice",
            context.value("roles", "task"),
            context.value("roles", "default", text="the default model"),
            advice="name the default model or a model of another host, unless the host keeps both loaded; "
            "the page shows how two presets of one model are declared",
        )


def _loaded_model(host: Provider, model: Model) -> str:
    """The name of the model that the host loads: of a preset `name:preset`, the declared model `name`.

    llama-swap registers the keys of a model's `setParamsByID` as its aliases; by its documentation they are
    `${MODEL_ID}:preset`.
    """
    name, _, _ = model.upstream.rpartition(":")
    base = host.models.get(host.aliases.get(name, name))
    return base.upstream if base else model.upstream


def check_small_windows(context: CheckContext) -> Iterator[Diagnostic]:
    """BC504: a model with a coding role has a large enough window."""
    for path, model in context.coding_roles():
        if model.limits.context is not None and model.limits.context < SMALLEST_CODING_WINDOW:
            yield diagnostic(
                "BC504",
                f"`{model.composite_id}` has a window of {model.limits.context} tokens, "
                f"too small for the coding {role_name(path)}",
                context.value(*path),
                context.model_key(model, "declared here"),
                advice=f"name a model with a window of at least {ADVISED_CODING_WINDOW} tokens",
            )


def check_tools(context: CheckContext) -> Iterator[Diagnostic]:
    """BC517: a model with which opencode writes code supports tools; once for each model.

    The arena is BooCode's: its models may answer without tools.
    """
    reported = set()
    for path, model in context.coding_roles():
        if path[1] == "arena" or "tools" in model.capabilities or model.composite_id in reported:
            continue
        reported.add(model.composite_id)
        yield diagnostic(
            "BC517",
            f"`{model.composite_id}` is declared without `tools`, "
            f"but opencode sends tools with every request of the {role_name(path)}",
            context.value(*path),
            context.model_key(model, "declared here"),
            advice="add `tools` to its `capabilities` if its host supports them, or name another model",
        )


def check_compaction(context: CheckContext) -> Iterator[Diagnostic]:
    """BC515, BC516: a named compaction model can summarize every session, and on the session's own host.

    Both faults are one diagnostic: they have the same place and the same repair. opencode.json names no model
    of an optional provider, so such a model summarizes sessions of its own provider only.
    """
    fleet, target = context.fleet, context.fleet.roles.compaction
    model = fleet.find_model(target) if target is not None else None
    if model is None or model.type != "chat":
        return
    host = fleet.providers[model.provider]
    served = [host] if host.optional else fleet.providers.values()
    models = [one for provider in served for one in provider.chat_models()]
    largest = max(models, key=lambda one: one.limits.context or 0)
    addresses = {one.id: address_of(one.base_url) for one in served}
    elsewhere = [one for one in models if addresses[one.provider] != addresses[host.id]]
    start = f"`{model.composite_id}` summarizes every session of opencode"
    advice = "remove `compaction`: opencode then summarizes each session with the session's own model"
    if model.limits.context is not None and model.limits.context < (largest.limits.context or 0):
        yield diagnostic(
            "BC515",
            f"{start}, but its window of {model.limits.context} tokens does not hold one of "
            f"`{largest.composite_id}`, with {largest.limits.context}"
            + (f"; every session also depends on the host of `{host.id}`" if elsewhere else ""),
            context.value("roles", "compaction"),
            context.model_key(largest, "the largest window"),
            advice=advice,
        )
    elif elsewhere:
        yield diagnostic(
            "BC516",
            f"{start}, so sessions on other hosts depend on the host of `{host.id}` too",
            context.value("roles", "compaction"),
            context.model_key(elsewhere[0], "on another host"),
            advice=advice,
        )


def check_arena(context: CheckContext) -> Iterator[Diagnostic]:
    """BC507: the arena names no model twice."""
    first_of: dict[str, int] = {}
    for index, target in enumerate(context.declaration.roles.arena or ()):
        first = first_of.setdefault(target, index)
        if first != index:
            yield diagnostic(
                "BC507",
                f"the arena names `{target}` twice",
                context.value("roles", "arena", index),
                context.value("roles", "arena", first, text="first named here"),
                advice="remove one of the two",
            )
