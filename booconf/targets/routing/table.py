"""The static table in routing.ts and routing.py: the fields of each provider and model."""

from collections.abc import Callable, Sequence
from typing import get_args

from booconf.declaration.enums import Api, Capability, Kind, Location, ModelType, Undeclared
from booconf.fleet.model import Fleet, Model, Provider, Roles, Sidecar, Timeouts
from booconf.fleet.resolve import ResolutionErrorCode
from booconf.targets.literals import GeneratedCode, Record


def enum_types(union: Callable[[str, Sequence[str]], GeneratedCode]) -> dict[str, GeneratedCode]:
    """The type of each enumeration of booconf, declared by `union` of the language."""
    return {
        "kind": union("Kind", get_args(Kind)),
        "location": union("Location", get_args(Location)),
        "model_type": union("ModelType", get_args(ModelType)),
        "capability": union("Capability", get_args(Capability)),
        "api": union("Api", get_args(Api)),
        "undeclared": union("Undeclared", get_args(Undeclared)),
        "role_name": union("RoleName", Roles.__slots__),
        "resolution_error_code": union("ResolutionErrorCode", get_args(ResolutionErrorCode)),
    }


def provider_records(fleet: Fleet) -> list[Record]:
    """Every provider with its models, in display order."""
    return [_provider(provider) for provider in fleet.providers.values()]


def roles_record(fleet: Fleet) -> Record:
    """The roles and their composite ids."""
    return Record("Roles", fleet.roles.by_name())


def legacy_record(fleet: Fleet) -> Record:
    """Former ids and their successors."""
    return Record("Legacy", {"bare_ids": fleet.legacy.bare_ids, "providers": fleet.legacy.providers})


def _provider(provider: Provider) -> Record:
    return Record(
        "Provider",
        {
            "id": provider.id,
            "label": provider.label,
            "kind": provider.kind,
            "location": provider.location,
            "base_url": provider.base_url,
            "api_base": provider.api_base,
            "api_key_env": provider.api_key_env,
            "api_key_file": provider.api_key_file,
            "apis": provider.apis,
            "optional": provider.optional,
            "headers": provider.headers,
            "timeouts": _timeouts(provider.timeouts),
            "sidecar": _sidecar(provider.sidecar),
            "opencode_id": provider.opencode_id,
            "opencode_legacy_ids": provider.opencode_legacy_ids,
            "undeclared": provider.undeclared,
            "models": [_model(model) for model in provider.models.values()],
        },
    )


def _sidecar(sidecar: Sidecar | None) -> Record | None:
    if sidecar is None:
        return None
    return Record(
        "Sidecar", {"base_url": sidecar.base_url, "api_base": sidecar.api_base, "traffic": sidecar.traffic}
    )


def _timeouts(timeouts: Timeouts) -> Record:
    return Record("Timeouts", {"header": timeouts.header, "chunk": timeouts.chunk, "total": timeouts.total})


def _model(model: Model) -> Record:
    return Record(
        "Model",
        {
            "id": model.composite_id,
            "model": model.id,
            "label": model.label,
            "type": model.type,
            "upstream_model": model.upstream,
            "aliases": model.aliases,
            "extra_body": model.extra_body,
            "context": model.limits.context,
            "input": model.limits.input,
            "output": model.limits.output,
            "capabilities": model.capabilities,
        },
    )
