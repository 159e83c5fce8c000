"""An opencode config as opencode 1.18.33 reads it (https://opencode.ai/config.json): roles and providers."""

from collections.abc import Iterable

from booconf.declaration.enums import Capability
from booconf.fleet.model import Fleet, Provider
from booconf.fleet.opencode_builtins import BUILTIN_PROVIDERS
from booconf.json_text import Json
from booconf.targets import Artifact, Output
from booconf.targets.opencode.entries import NPM, capability_traits, chat_base, model_entries
from booconf.targets.opencode.literals import environment_string, header_string, opencode_text
from booconf.targets.opencode.losses import role_losses

SCHEMA = "https://opencode.ai/config.json"

_MODELS_DEPTH = 3
_MILLISECONDS = 1000


def emit_shared_config(fleet: Fleet) -> Output:
    """opencode/opencode.json for OPENCODE_CONFIG: the chat models of every provider that is not optional.

    An optional provider is enabled but not described: opencode would list its models without their key.
    """
    enabled = [provider for provider in fleet.providers.values() if provider.chat_models()]
    described = [provider for provider in enabled if not provider.optional]
    config = Artifact("opencode/opencode.json", _config_text(fleet, enabled, described))
    return Output((config,), tuple(role_losses(fleet)))


def emit_provider_configs(fleet: Fleet) -> Output:
    """opencode/providers/<id>.json: each provider with chat models alone, optional or not."""
    configs = []
    for provider in fleet.providers.values():
        if models := provider.chat_models():
            default = provider.opencode_reference(models[0])
            text = _config_text(fleet, [provider], [provider], default)
            configs.append(Artifact(f"opencode/providers/{provider.id}.json", text))
    return Output(tuple(configs))


def _config_text(
    fleet: Fleet, enabled: Iterable[Provider], described: Iterable[Provider], default: str | None = None
) -> str:
    """A config that enables the providers `enabled` and lists the models of those `described`.

    A role whose model is not listed is left out; `default` is the opencode reference of the initial model if
    that of the fleet is not listed.
    """
    providers = {provider.id: provider for provider in described}
    config: dict[str, Json] = {"$schema": SCHEMA}
    config |= _roles(fleet, providers, default)
    config["enabled_providers"] = [provider.opencode_id for provider in enabled]
    config["provider"] = {provider.opencode_id: _provider(provider) for provider in providers.values()}
    return opencode_text(config)


def _roles(fleet: Fleet, providers: dict[str, Provider], default: str | None) -> dict[str, Json]:
    """The members that give models of `providers` their roles."""

    def referred(composite_id: str) -> str | None:
        model = fleet.model(composite_id)
        provider = providers.get(model.provider)
        return provider.opencode_reference(model) if provider else None

    roles = fleet.roles
    members: dict[str, Json] = {
        "model": referred(roles.default) or default,
        "small_model": referred(roles.task),
    }
    if compaction := referred(roles.compaction):
        members["agent"] = {"compaction": {"model": compaction}}
    return {name: value for name, value in members.items() if value is not None}


def _provider(provider: Provider) -> Json:
    """The entry of one provider; opencode merges it into a built-in one of the same id, if there is one."""
    models = provider.chat_models()
    builtin = provider.opencode_id in BUILTIN_PROVIDERS
    entry: dict[str, Json] = {"npm": NPM, "name": provider.label}
    if builtin:
        entry["env"] = []  # or the built-in one's key, if it is set, would be sent to this host
    if builtin and not provider.extends_builtin:
        entry["whitelist"] = [model.id for model in models]
    entry["options"] = _options(provider)
    entry["models"] = model_entries(
        provider, _MODELS_DEPTH, _builtin_traits if builtin else capability_traits, limits_required=builtin
    )
    return entry


def _options(provider: Provider) -> Json:
    options: dict[str, Json] = {"baseURL": chat_base(provider)}
    if provider.api_key_env:
        options["apiKey"] = environment_string(provider.api_key_env)
    if provider.headers:
        options["headers"] = {name: header_string(value) for name, value in provider.headers.items()}
    if provider.header_timeout is not None:
        options["headerTimeout"] = provider.header_timeout * _MILLISECONDS
    return options


def _builtin_traits(capabilities: tuple[Capability, ...], reasoning_field: str | None) -> dict[str, Json]:
    """The traits of a model that would inherit the status of a built-in one; deprecated ones are hidden."""
    return {"status": "active", **capability_traits(capabilities, reasoning_field)}
