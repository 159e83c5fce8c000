"""Parts that all files of opencode share: the address of a provider, and the entries of its chat models.

Every property that opencode would otherwise guess from a model's name, or copy from another model whose id is
this one's upstream name, is written out (opencode 1.18.33: provider/provider.ts and transform.ts). Models of
other types are left out, as opencode cannot mark them.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from booconf.declaration.enums import Capability
from booconf.fleet.model import Model, Provider
from booconf.fleet.opencode_builtins import BUILTIN_PROVIDERS
from booconf.fleet.opencode_names import overrides
from booconf.json_text import Json, WrittenJson, json_text
from booconf.targets.opencode.efforts import ALL_EFFORTS, derived_efforts
from booconf.targets.opencode.literals import opencode_string

NPM = "@ai-sdk/openai-compatible"
"""The client library for requests to every provider; it is built into opencode."""


class Traits(NamedTuple):
    """Properties that many models share; `guessed` are the efforts that opencode would offer by itself."""

    capabilities: tuple[Capability, ...]
    reasoning_field: str | None
    guessed: tuple[str, ...]


Members = Callable[[Traits], Mapping[str, Json]]
"""The members of an entry that follow from traits."""


def chat_base(provider: Provider) -> str:
    """The API base for chat requests to `provider`, without a trailing slash."""
    sidecar = provider.sidecar_for("chat")
    return sidecar.api_base if sidecar else provider.api_base


def capability_members(traits: Traits) -> dict[str, Json]:
    """The capabilities of a model, complete, so that opencode guesses none; sampling is left to the host."""
    vision = "vision" in traits.capabilities
    return {
        "tool_call": "tools" in traits.capabilities,
        "reasoning": "reasoning" in traits.capabilities,
        "attachment": vision,
        "temperature": False,
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
    `options` of a model undo what opencode does by its name; the catalog of models.dev has no field for them.
    """
    closing = "\n" + "  " * depth
    entry = closing + "  "
    member = entry + "  "
    shared: dict[Traits, str] = {}
    label_end = opencode_string(f" ({provider.label})")[1:]
    texts = []
    for model in provider.chat_models():
        traits = Traits(model.capabilities, model.reasoning_field, _guessed(provider, model))
        rest = shared.get(traits)
        if rest is None:
            text = json_text(members(traits), opencode_string)[len("{") : -len("\n}\n")]
            rest = shared[traits] = text.replace("\n  ", member) + entry
        id_literal = opencode_string(model.id)
        upstream = id_literal if model.upstream == model.id else opencode_string(model.upstream)
        limits, limit = model.limits, ""
        copied = model.upstream != model.id and model.upstream in provider.models
        if limits.context is not None or limits_required or copied:
            limit = (
                f'{member}"limit": {{{member}  "context": {limits.context or 0},'
                f'{member}  "input": {limits.input or 0},{member}  "output": {limits.output or 0}{member}}},'
            )
        option = ""
        if options and (undone := overrides(provider, model)):
            nulls = ",".join(f'{member}  "{name}": null' for name in undone)
            option = f'{member}"options": {{{nulls}{member}}},'
        texts.append(
            f'{id_literal}: {{{member}"id": {upstream},{member}"name": {opencode_string(model.label)[:-1]}'
            f"{label_end},{limit}{option}{rest}}}"
        )
    return WrittenJson(f"{{{entry}{f',{entry}'.join(texts)}{closing}}}")


def _guessed(provider: Provider, model: Model) -> tuple[str, ...]:
    if "reasoning" not in model.capabilities:
        return ()
    if provider.opencode_id in BUILTIN_PROVIDERS:
        return ALL_EFFORTS
    return derived_efforts(model.id, model.upstream)
