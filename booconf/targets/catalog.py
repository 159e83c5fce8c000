"""catalog.json: providers in display order with all their models, and what each needs."""

import re
from collections.abc import Iterator

from booconf.fleet.model import Fleet, Model, Provider
from booconf.targets.artifact import Artifact
from booconf.targets.json_text import Json, json_text

FORMAT_VERSION = 1

_FROM_ENVIRONMENT = re.compile(r"\$\{env:([^}]*)\}")


def emit(fleet: Fleet) -> Iterator[Artifact]:
    """The catalog of `fleet`: every model of every type."""
    catalog: Json = {
        "version": FORMAT_VERSION,
        "default": fleet.roles.default,
        "default_provider": fleet.default_provider,
        "roles": fleet.roles.by_name(),
        "providers": [_provider(provider) for provider in fleet.providers.values()],
    }
    yield Artifact("catalog.json", json_text(catalog))


def _provider(provider: Provider) -> Json:
    return {
        "id": provider.id,
        "label": provider.label,
        "kind": provider.kind,
        "location": provider.location,
        "optional": provider.optional,
        "requires_env": required_environment(provider),
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
        "aliases": model.aliases,
    }


def required_environment(provider: Provider) -> list[str]:
    """Names of the environment variables a request to `provider` needs, its key first, each once."""
    names = [provider.api_key_env] if provider.api_key_env else []
    for value in provider.headers.values():
        names += _FROM_ENVIRONMENT.findall(value)
    return list(dict.fromkeys(names))
