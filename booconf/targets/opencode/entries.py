"""What all opencode files say alike: where requests go, what a model can do.

They say it of chat models only; opencode has no way to mark one that does not chat.

Every property that opencode would otherwise guess from a model's name, or take from another model whose id is
this one's upstream name, is written out (opencode 1.18.33: provider/provider.ts and transform.ts).
"""

from collections.abc import Callable, Mapping

from booconf.declaration.enums import Capability
from booconf.fleet.model import Limits, Model, Provider
from booconf.json_text import Json
from booconf.targets.opencode.literals import WrittenJson, opencode_string, opencode_text

NPM = "@ai-sdk/openai-compatible"
"""The client library that every provider is asked through; it is built into opencode."""

Traits = Callable[[tuple[Capability, ...], str | None], Mapping[str, Json]]
"""What an entry says about a model with these capabilities and this reasoning field."""


def chat_base(provider: Provider) -> str:
    """The address to which chat requests of `provider` go, without a trailing slash."""
    sidecar = provider.sidecar_for("chat")
    return sidecar.api_base if sidecar else provider.api_base


def capability_traits(capabilities: tuple[Capability, ...], reasoning_field: str | None) -> dict[str, Json]:
    """What a model can do, with nothing left for opencode to guess; sampling stays with the host."""
    vision = "vision" in capabilities
    return {
        "tool_call": "tools" in capabilities,
        "reasoning": "reasoning" in capabilities,
        "attachment": vision,
        "temperature": False,
        "interleaved": {"field": reasoning_field} if reasoning_field else False,
        "modalities": {"input": ["text", "image"] if vision else ["text"], "output": ["text"]},
    }


def model_entries(provider: Provider, depth: int, traits: Traits, *, limits_required: bool) -> WrittenJson:
    """The object of the chat models of `provider` by id, its closing brace `depth` levels deep.

    Written by hand, with what models share written once, because a fleet may have 100,000 of them; the
    result is what opencode_text would write. An unknown window is left out unless `limits_required`.
    """
    closing = "\n" + "  " * depth
    entry = closing + "  "
    member = entry + "  "
    shared: dict[tuple[tuple[Capability, ...], str | None], str] = {}
    provider_words = opencode_string(f" ({provider.label})")[1:]
    texts = []
    for model in provider.chat_models():
        kind = model.capabilities, model.reasoning_field
        rest = shared.get(kind)
        if rest is None:
            rest = shared[kind] = _members(traits(*kind), member) + entry
        id_literal = opencode_string(model.id)
        upstream = id_literal if model.upstream == model.id else opencode_string(model.upstream)
        limit = _limit(model.limits, member, required=limits_required or _inherits(model, provider))
        texts.append(
            f'{id_literal}: {{{member}"id": {upstream},{member}"name": {opencode_string(model.label)[:-1]}'
            f"{provider_words},{limit}{rest}}}"
        )
    return WrittenJson(f"{{{entry}{f',{entry}'.join(texts)}{closing}}}")


def _limit(limits: Limits, line: str, *, required: bool) -> str:
    """The `limit` member; opencode takes 0 for unknown, and knows no other way to say so."""
    if limits.context is None and not required:
        return ""
    return (
        f'{line}"limit": {{{line}  "context": {limits.context or 0},{line}  "input": {limits.input or 0},'
        f'{line}  "output": {limits.output or 0}{line}}},'
    )


def _inherits(model: Model, provider: Provider) -> bool:
    """Whether opencode would take what `model` leaves out from the model that has its upstream name as id."""
    return model.upstream != model.id and model.upstream in provider.models


def _members(members: Mapping[str, Json], line: str) -> str:
    """The members of an object without its braces, each line begun by `line`."""
    return opencode_text(members)[len("{") : -len("\n}\n")].replace("\n  ", line)
