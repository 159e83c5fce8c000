"""catalog.json: providers in display order, their models and requirements (schema/catalog.schema.json)."""

from dataclasses import asdict

from booconf.fleet.model import Fleet, Model, Provider
from booconf.json_text import Json, json_text
from booconf.targets import Artifact, Output

FORMAT_VERSION = 1


def emit(fleet: Fleet) -> Output:
    """The catalog of `fleet`: every model of every type."""
    catalog: Json = {
        "version": FORMAT_VERSION,
        "default": fleet.roles.default,
        "default_provider": fleet.default_provider,
        "roles": fleet.roles.by_name(),
        "providers": [_provider(provider) for provider in fleet.providers.values()],
    }
    return Output((Artifact("catalog.json", json_text(catalog)),))


def _provider(provider: Provider) -> Json:
    return {
        "id": provider.id,
        "label": provider.label,
        "kind": provider.kind,
        "location": provider.location,
        "optional": provider.optional,
        "requires_env": provider.environment_names(),
        "requires_file": provider.api_key_file,
        "models": [_model(model) for model in provider.models.values()],
    }


def _model(model: Model) -> Json:
    return {
        "id": model.composite_id,
        "model": model.id,
        "label": model.label,
        "type": model.type,
        "context": model.limits.context,
        "input": model.limits.input,
        "output": model.limits.output,
        "capabilities": model.capabilities,
        "efforts": model.efforts,
        "cost": asdict(model.cost) if model.cost else None,
        "aliases": model.aliases,
    }
