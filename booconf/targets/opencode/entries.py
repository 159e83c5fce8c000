"""Parts that all files of opencode share: library and address of a provider, entries of its chat models.

Properties that opencode would otherwise copy from another model, whose id is this one's upstream name, are
written out. Guesses from a name are undone where a member can do it; BC518 reports the others (opencode
1.18.33: provider/provider.ts and transform.ts). Models of other types are left out, as opencode cannot mark
them.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import NamedTuple

from booconf.declaration.enums import CHAT_COMPLETIONS, Api, Capability
from booconf.fleet.model import Model, Provider
from booconf.fleet.opencode_builtins import BUILTIN_PROVIDERS
from booconf.fleet.opencode_limits import input_limit
from booconf.fleet.opencode_names import overrides
from booconf.json_text import Json, WrittenJson, json_text
from booconf.targets.opencode.efforts import ALL_EFFORTS, derived_efforts
from booconf.targets.opencode.literals import opencode_string
from booconf.targets.opencode.requests import body_options, offered_efforts

_LIBRARIES: dict[Api, str] = {
    CHAT_COMPLETIONS: "@ai-sdk/openai-compatible",
    "responses": "@ai-sdk/openai",
    "messages": "@ai-sdk/anthropic",
}
"""API -> the client library for it, which is built into opencode."""


class Traits(NamedTuple):
    """Properties that many models share.

    `efforts` are those to offer, `guessed` those that opencode would offer by itself.
    """

    capabilities: tuple[Capability, ...]
    reasoning_field: str | None
    efforts: tuple[str, ...]
    guessed: tuple[str, ...]


Members = Callable[[Traits], Mapping[str, Json]]
"""The members of an entry that follow from traits."""


def client_library(provider: Provider) -> str:
    """The npm package with which opencode sends requests to `provider`."""
    return _LIBRARIES[provider.client_api]


def chat_base(provider: Provider) -> str:
    """The API base for chat requests to `provider`, without a trailing slash."""
    sidecar = provider.sidecar_for("chat")
    return sidecar.api_base if sidecar else provider.api_base


def capability_members(traits: Traits) -> dict[str, Json]:
    """The capabilities of a model, complete, so that opencode guesses none.

    Without the capability `temperature`, sampling is left to the host.
    """
    vision = "vision" in traits.capabilities
    return {
        "tool_call": "tools" in traits.capabilities,
        "reasoning": "reasoning" in traits.capabilities,
        "attachment": vision,
        "temperature": "temperature" in traits.capabilities,
        "interleaved": {"field": traits.reasoning_field} if traits.reasoning_field else False,
        "modalities": {"input": ["text", "image"] if vision else ["text"], "output": ["text"]},
    }


def model_entries(
    provider: Provider, depth: int, members: Members, *, limits_required: bool, options: bool = True
) -> WrittenJson:
    """The object of the chat models of `provider` by id, its closing brace `depth` levels deep.

    A fleet may have 100,000 models, so the text is assembled here and equal members are written once; the
    result equals that of `json_text`. opencode reads 0 as unknown. A model without a window has no limits
    unless `limits_required`, or unless opencode would copy those of the model with its upstream name as id.
    The catalog of models.dev has no field for the `options` of a model.
    """
    closing = "\n" + "  " * depth
    entry = closing + "  "
    member = entry + "  "
    shared: dict[Traits, str] = {}
    label_end = opencode_string(f" ({provider.label})")[1:]
    texts = []
    for model in provider.chat_models():
        traits = _traits(provider, model)
        rest = shared.get(traits)
        if rest is None:
            rest = shared[traits] = _members_text(members(traits), member) + entry
        id_literal = opencode_string(model.id)
        upstream = id_literal if model.upstream == model.id else opencode_string(model.upstream)
        limits, limit = model.limits, ""
        copied = model.upstream != model.id and model.upstream in provider.models
        if limits.context is not None or limits_required or copied:
            limit = (
                f'{member}"limit": {{{member}  "context": {limits.context or 0},{member}  "input": '
                f'{input_limit(model) or 0},{member}  "output": {limits.output or 0}{member}}},'
            )
        own = ""
        if found := _own_members(provider, model, options=options):
            own = _members_text(found, member) + ","
        texts.append(
            f'{id_literal}: {{{member}"id": {upstream},{member}"name": {opencode_string(model.label)[:-1]}'
            f"{label_end},{limit}{own}{rest}}}"
        )
    return WrittenJson(f"{{{entry}{f',{entry}'.join(texts)}{closing}}}")


def _members_text(members: Mapping[str, Json], member: str) -> str:
    """The members of an object without its braces, each behind `member`, a line break and an indent."""
    return json_text(members, opencode_string)[len("{") : -len("\n}\n")].replace("\n  ", member)


def _traits(provider: Provider, model: Model) -> Traits:
    guessed: tuple[str, ...] = ()
    if "reasoning" in model.capabilities:
        by_name = provider.client_api == CHAT_COMPLETIONS and provider.opencode_id not in BUILTIN_PROVIDERS
        guessed = derived_efforts(model.id, model.upstream) if by_name else ALL_EFFORTS
    efforts = offered_efforts(provider, model)
    return Traits(model.capabilities, model.reasoning_field, efforts, guessed)


def _own_members(provider: Provider, model: Model, *, options: bool) -> dict[str, Json]:
    """The members that few models have: prices, and options that are declared or undo effects of a name."""
    members: dict[str, Json] = {}
    if model.cost:
        members["cost"] = {name: price for name, price in asdict(model.cost).items() if price is not None}
    if options:
        merged: dict[str, Json] = dict(overrides(provider, model))
        if model.extra_body and provider.client_api == CHAT_COMPLETIONS:
            merged |= body_options(model.extra_body)
        if merged:
            members["options"] = merged
    return members
