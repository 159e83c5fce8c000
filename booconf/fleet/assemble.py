"""Assemble the Fleet of a declaration: fill in defaults, join addresses, decide limits.

A declaration that breaks a rule gives a Fleet too, which the rules then check.
"""

from typing import get_args

from booconf.declaration.enums import CHAT_COMPLETIONS, Capability, Effort
from booconf.declaration.model_schema import ModelDeclaration
from booconf.declaration.schema import FleetDeclaration, ProviderDeclaration
from booconf.fleet.limits import Overrides, decide_limits
from booconf.fleet.model import Cost, Fleet, Legacy, Model, Provider, Roles, Sidecar, Timeouts

CAPABILITIES: tuple[Capability, ...] = get_args(Capability)
"""Every capability, in the order in which artifacts list them."""

EFFORTS: tuple[Effort, ...] = get_args(Effort)
"""As CAPABILITIES, from the lowest: opencode sends the first one of a model with requests for titles."""

BARE_MODEL = ModelDeclaration.model_construct()
"""The declaration of a model whose key has no value."""


def assemble_fleet(declaration: FleetDeclaration) -> Fleet:
    """The fleet that `declaration` describes."""
    overrides = Overrides(declaration.context_overrides)
    roles, legacy = declaration.roles, declaration.legacy
    return Fleet(
        default_provider=declaration.default_provider,
        providers={
            provider_id: _provider(provider_id, provider, overrides)
            for provider_id, provider in declaration.providers.items()
        },
        roles=Roles(
            default=roles.default,
            task=roles.task,
            compaction=roles.compaction,
            arena=tuple(roles.arena or ()),
        ),
        legacy=Legacy(bare_ids=legacy.bare_ids, providers=legacy.providers),
        agents=declaration.opencode.agents,
    )


def _provider(provider_id: str, declared: ProviderDeclaration, overrides: Overrides) -> Provider:
    models = {model_id: _model(provider_id, model_id, declared, overrides) for model_id in declared.models}
    sidecar, timeouts = declared.sidecar, declared.timeouts
    return Provider(
        id=provider_id,
        label=declared.label or provider_id,
        kind=declared.kind,
        location=declared.location,
        base_url=declared.base_url,
        api_base=declared.base_url + declared.api_path,
        api_key_env=declared.api_key_env,
        api_key_file=declared.api_key_file,
        apis=tuple(dict.fromkeys((*declared.apis, CHAT_COMPLETIONS))),
        optional=declared.optional,
        headers=declared.headers,
        sidecar=Sidecar(sidecar.base_url, sidecar.base_url + declared.api_path, tuple(sidecar.traffic))
        if sidecar
        else None,
        opencode_id=declared.opencode.id or provider_id,
        opencode_legacy_ids=tuple(declared.opencode.legacy_ids),
        extends_builtin=declared.opencode.extends_builtin,
        timeouts=Timeouts(timeouts.header, timeouts.chunk, timeouts.total),
        undeclared=declared.undeclared,
        ignore=tuple(declared.ignore),
        models=models,
        aliases={alias: model.id for model in models.values() for alias in model.aliases},
    )


def _model(provider_id: str, model_id: str, provider: ProviderDeclaration, overrides: Overrides) -> Model:
    declared = provider.models[model_id] or BARE_MODEL
    composite_id = f"{provider_id}/{model_id}"
    capabilities, efforts, cost = declared.capabilities, declared.efforts, declared.cost
    return Model(
        provider=provider_id,
        id=model_id,
        composite_id=composite_id,
        label=declared.label or model_id,
        type=declared.type,
        upstream=declared.upstream or model_id,
        aliases=tuple(declared.aliases),
        capabilities=tuple(name for name in CAPABILITIES if name in capabilities) if capabilities else (),
        reasoning_field=declared.reasoning_field,
        extra_body=declared.extra_body,
        efforts=tuple(effort for effort in EFFORTS if effort in efforts) if efforts else (),
        cost=Cost(cost.input, cost.output, cost.cache_read, cost.cache_write) if cost else None,
        limits=decide_limits(composite_id, declared, provider.defaults, overrides),
    )
