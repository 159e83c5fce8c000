"""Rules about roles that are valid but probably not intended."""

from collections.abc import Iterator

from booconf.diagnostics import Diagnostic
from booconf.fleet.context import CheckContext, diagnostic
from booconf.fleet.urls import address_of

SMALLEST_CODING_WINDOW = 16384
"""The smallest useful window of a coding client, in tokens: opencode's prompt has about 8,000 (1.18.33)."""


def check_swaps(context: CheckContext) -> Iterator[Diagnostic]:
    """BC502: loading the task model does not unload the default model from its host."""
    fleet, roles = context.fleet, context.fleet.roles
    if roles.task is None:
        return
    default, task = fleet.find_model(roles.default), fleet.find_model(roles.task)
    if default is None or task is None or default.upstream == task.upstream:
        return
    if default.type != "chat" or task.type != "chat":
        return
    host, task_host = fleet.providers[default.provider], fleet.providers[task.provider]
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
            advice="name the default model or a model of another host, unless the host keeps both loaded",
        )


def check_small_windows(context: CheckContext) -> Iterator[Diagnostic]:
    """BC504: a model with a coding role has a large enough window."""
    for path, target in context.written_roles():
        model = context.fleet.find_model(target) if path[1] != "task" else None
        if (
            model
            and model.type == "chat"
            and model.limits.context is not None
            and model.limits.context < SMALLEST_CODING_WINDOW
        ):
            yield diagnostic(
                "BC504",
                f"`{target}` has a window of {model.limits.context} tokens, "
                f"too small for the coding role `{path[1]}`",
                context.value(*path),
                context.model_key(model, "declared here"),
                advice=f"name a model with a window of at least {SMALLEST_CODING_WINDOW} tokens",
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
