"""bridge.json: composite ids and opencode references, in both directions (schema/bridge.schema.json)."""

from booconf.fleet.model import Fleet
from booconf.fleet.resolve import Resolver
from booconf.json_text import Json, json_text
from booconf.targets import Artifact, Output

FORMAT_VERSION = 1


def emit(fleet: Fleet) -> Output:
    """The bridge of `fleet`."""
    resolver = Resolver(fleet)
    providers: list[Json] = [
        {
            "id": provider.id,
            "opencode_id": provider.opencode_id,
            "opencode_legacy_ids": provider.opencode_legacy_ids,
        }
        for provider in fleet.providers.values()
    ]
    models: list[Json] = [
        {"id": model.composite_id, "opencode": resolver.to_opencode(model.composite_id)}
        for model in fleet.chat_models()
    ]
    bridge: Json = {
        "version": FORMAT_VERSION,
        "default_provider": fleet.default_provider,
        "providers": providers,
        "models": models,
        "legacy": {"bare_ids": fleet.legacy.bare_ids, "providers": fleet.legacy.providers},
    }
    return Output((Artifact("bridge.json", json_text(bridge)),))
