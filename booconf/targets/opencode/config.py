"""Configs of opencode, as opencode 1.18.33 reads them (https://opencode.ai/config.json)."""

from collections.abc import Iterable

from booconf.declaration.enums import CHAT_COMPLETIONS
from booconf.fleet.model import Fleet, Provider
from booconf.fleet.opencode_builtins import BUILTIN_PROVIDERS
from booconf.json_text import Json, json_text
from booconf.targets import Artifact, Output
from booconf.targets.opencode.efforts import variants
from booconf.targets.opencode.entries import (
    Traits,
    capability_members,
    chat_base,
    client_library,
    model_entries,
)
from booconf.targets.opencode.literals import (
    environment_string,
    file_string,
    header_string,
    opencode_string,
)
from booconf.targets.opencode.losses import request_losses, role_losses

SCHEMA = "https://opencode.ai/config.json"

_MODELS_DEPTH = 3
_MILLISECONDS = 1000


def emit_shared_config(fleet: Fleet) -> Output:
    """opencode/opencode.json for OPENCODE_CONFIG: the chat models of every provider that is not optional.

    An optional provider is enabled but not described: opencode would list its models without their key.
    """
    enabled = [provider for provider in fleet.providers.values() if provider.chat_models()]
    described = [provider for provider in enabled if not provider.optional]
    text = json_text(_config(fleet, enabled, described), opencode_string)
    losses = [*role_losses(fleet), *(loss for loss, _ in request_losses(fleet))]
    return Output((Artifact("opencode/opencode.json", text),), tuple(losses))


def emit_provider_configs(fleet: Fleet) -> Output:
    """opencode/providers/<id>.json: each provider with chat models alone, optional or not."""
    configs = []
    for provider in fleet.providers.values():
        if models := provider.chat_models():
            default = provider.opencode_reference(models[0])
            text = json_text(_config(fleet, [provider], [provider], default), opencode_string)
            configs.append(Artifact(f"opencode/providers/{provider.id}.json", text))
    return Output(tuple(configs))


def emit_additions(fleet: Fleet) -> Output:
    """opencode/additions.json, for the lowest layer of an opencode that has a configuration of its own."""
    entries = {provider.opencode_id: _provider(provider, login=True) for provider in added_providers(fleet)}
    text = json_text({"$schema": SCHEMA, "provider": entries}, opencode_string)
    return Output((Artifact("opencode/additions.json", text),))


def added_providers(fleet: Fleet) -> list[Provider]:
    """The providers of additions.json.

    One that opencode would list without its key is left out, and so is a cloud provider under a built-in id:
    the entry would replace the address and the key of the user's own account.
    """
    return [
        provider
        for provider in fleet.providers.values()
        if provider.chat_models()
        and not provider.optional
        and (provider.location == "local" or provider.opencode_id not in BUILTIN_PROVIDERS)
    ]


def _config(
    fleet: Fleet, enabled: Iterable[Provider], described: Iterable[Provider], default: str | None = None
) -> Json:
    """A config that enables the providers `enabled` and lists the models of those `described`.

    A role whose model is not listed is left out; `default` is the opencode reference of the initial model if
    that of the fleet is not listed.
    """
    providers = {provider.id: provider for provider in described}
    config: dict[str, Json] = {"$schema": SCHEMA}
    config |= _roles(fleet, providers, default)
    config["enabled_providers"] = [provider.opencode_id for provider in enabled]
    config["provider"] = {provider.opencode_id: _provider(provider) for provider in providers.values()}
    return config


def _roles(fleet: Fleet, providers: dict[str, Provider], default: str | None) -> dict[str, Json]:
    """The members that assign roles and agents to models of `providers`."""

    def reference(composite_id: str | None) -> str | None:
        if composite_id is None:
            return None
        model = fleet.model(composite_id)
        provider = providers.get(model.provider)
        return provider.opencode_reference(model) if provider else None

    roles = fleet.roles
    agents = {"compaction": reference(roles.compaction)}
    agents |= {name: reference(target) for name, target in sorted(fleet.agents.items())}
    named: dict[str, Json] = {name: {"model": target} for name, target in agents.items() if target}
    members: dict[str, Json] = {
        "model": reference(roles.default) or default,
        "small_model": reference(roles.task),
        "agent": named or None,
    }
    return {name: value for name, value in members.items() if value is not None}


def _provider(provider: Provider, *, login: bool = False) -> Json:
    """The entry of one provider; opencode merges it into its built-in provider of the same id, if any.

    With `login`, a key that `opencode auth login` stored replaces that of the variable: desktop apps start
    opencode without the variables of a shell, and an `apiKey` from an unset variable blocks the stored key.
    The libraries for other APIs than chat completions always need an `apiKey`: without one they send the
    value of OPENAI_API_KEY or ANTHROPIC_API_KEY to this host.
    """
    login = login and provider.client_api == CHAT_COMPLETIONS
    models = provider.chat_models()
    builtin = provider.opencode_id in BUILTIN_PROVIDERS
    entry: dict[str, Json] = {"npm": client_library(provider), "name": provider.label}
    if builtin:
        entry["env"] = []  # else opencode sends the key of its built-in provider, if set, to this host
    if login and provider.api_key_env:
        entry["env"] = [provider.api_key_env]
    if builtin and not provider.extends_builtin:
        entry["whitelist"] = [model.id for model in models]
    entry["options"] = _options(provider, login=login)
    entry["models"] = model_entries(
        provider, _MODELS_DEPTH, _builtin_members if builtin else _members, limits_required=builtin
    )
    return entry


def _options(provider: Provider, *, login: bool) -> Json:
    options: dict[str, Json] = {"baseURL": chat_base(provider)}
    if provider.api_key_env:
        if not login:
            options["apiKey"] = environment_string(provider.api_key_env)
    elif provider.api_key_file:
        options["apiKey"] = file_string(provider.api_key_file)
    elif provider.client_api != CHAT_COMPLETIONS:
        options["apiKey"] = ""
    if provider.headers:
        options["headers"] = {name: header_string(value) for name, value in provider.headers.items()}
    timeouts = provider.timeouts
    for name, seconds in (
        ("headerTimeout", timeouts.header), ("chunkTimeout", timeouts.chunk), ("timeout", timeouts.total)
    ):  # fmt: skip
        if seconds is not None:
            options[name] = seconds * _MILLISECONDS
    return options


def _members(traits: Traits) -> dict[str, Json]:
    members = capability_members(traits)
    if offered := variants(traits.guessed, traits.efforts):
        members["variants"] = offered
    return members


def _builtin_members(traits: Traits) -> dict[str, Json]:
    """The members of a model that would inherit the status, perhaps deprecated, of a built-in one."""
    return {"status": "active", **_members(traits)}
