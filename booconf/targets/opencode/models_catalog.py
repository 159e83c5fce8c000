"""opencode/models.json: all chat models as the catalog that OPENCODE_MODELS_PATH names.

The format is that of https://models.dev/api.json as opencode 1.18.33 reads it (core/src/models-dev.ts): it
lists a provider of its catalog if a variable of `env` is set, or if a config describes it.
"""

from booconf.fleet.model import Fleet, Provider
from booconf.json_text import Json, json_text
from booconf.targets import Artifact, Output
from booconf.targets.opencode.entries import (
    Traits,
    capability_members,
    chat_base,
    client_library,
    model_entries,
)
from booconf.targets.opencode.literals import opencode_string
from booconf.targets.opencode.losses import catalog_losses

_MODELS_DEPTH = 2


def emit(fleet: Fleet) -> Output:
    """The catalog, which replaces opencode's own: no other built-in provider is left."""
    catalog = {
        provider.opencode_id: _provider(provider)
        for provider in fleet.providers.values()
        if provider.chat_models()
    }
    artifact = Artifact("opencode/models.json", json_text(catalog, opencode_string))
    return Output((artifact,), tuple(catalog_losses(fleet)))


def _provider(provider: Provider) -> Json:
    return {
        "id": provider.opencode_id,
        "name": provider.label,
        "npm": client_library(provider),
        "api": chat_base(provider),
        "env": [provider.api_key_env] if provider.optional and provider.api_key_env else [],
        "models": model_entries(provider, _MODELS_DEPTH, _members, limits_required=True, options=False),
    }


def _members(traits: Traits) -> dict[str, Json]:
    """As in a config, and the release date, which opencode requires and fleet.yaml has no key for.

    Without `reasoning_options` opencode would derive the efforts of a model from its name.
    """
    members: dict[str, Json] = {"release_date": "", **capability_members(traits)}
    if traits.efforts:
        members["reasoning_options"] = [{"type": "effort", "values": traits.efforts}]
    elif traits.guessed:
        members["reasoning_options"] = []
    return members
