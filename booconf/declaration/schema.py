"""The shape of fleet.yaml, version 1: its mappings and keys, with the descriptions in its JSON Schema.

`validators` checks single values; the rules in fleet/ check how values fit together.
"""

from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from booconf.declaration.enums import CHAT_COMPLETIONS, Api, Kind, Location, ModelType, Undeclared
from booconf.declaration.ids import ROLE_OF_AGENT, TEXT_LENGTH
from booconf.declaration.model_schema import FormatMapping, ModelDeclaration
from booconf.declaration.requests import FilePath
from booconf.declaration.urls import DEFAULT_API_PATH
from booconf.declaration.validators import (
    ApiPath,
    CompositeId,
    Distinct,
    EnvironmentName,
    Headers,
    Limit,
    ModelId,
    ProviderId,
    Seconds,
    Text,
    Url,
    Version,
    Window,
    check_agent_name,
)

AgentName = Annotated[
    str,
    AfterValidator(check_agent_name),
    WithJsonSchema(
        {
            "type": "string",
            "minLength": 1,
            "maxLength": TEXT_LENGTH,
            "pattern": f"^(?!(?:{'|'.join(ROLE_OF_AGENT)})$)",
        }
    ),
]


class SidecarDeclaration(FormatMapping):
    """An HTTP proxy in front of this provider."""

    base_url: Url = Field(
        description="Root of the proxy; the provider's API path is added.", examples=["http://127.0.0.1:8402"]
    )
    traffic: Distinct[ModelType] = Field(
        default=["chat"],
        min_length=1,
        description="Types of the models whose requests pass through the proxy.",
        json_schema_extra={"uniqueItems": True},
    )


class OpencodeDeclaration(FormatMapping):
    """Id and built-in models of this provider in opencode."""

    id: ProviderId | None = Field(
        default=None,
        description="Provider id on the opencode side (default: our id).",
        examples=["llama-swap"],
    )
    legacy_ids: Distinct[ProviderId] = Field(
        default=[],
        description="Former opencode provider ids that stored references may still contain.",
        json_schema_extra={"uniqueItems": True},
    )
    extends_builtin: bool = Field(
        default=False,
        description="Consent to opencode merging its built-in provider of the same id into this one.",
    )


class DefaultsDeclaration(FormatMapping):
    """Limits for models of this provider that declare none."""

    context: Window | None = Field(
        default=None, description="Context window in tokens, or `unknown`.", examples=[32768]
    )
    output: Limit | None = Field(
        default=None, description="Most output tokens, where that is below the window.", examples=[8192]
    )


class TimeoutsDeclaration(FormatMapping):
    """Waiting times of clients for this provider."""

    header: Seconds | None = Field(
        default=None,
        description="Seconds until the first response byte; a cold model load counts.",
        examples=[600],
    )
    chunk: Seconds | None = Field(
        default=None, description="Seconds between two parts of a streamed response.", examples=[900]
    )
    total: Seconds | None = Field(
        default=None, description="Seconds until the response is complete.", examples=[3600]
    )


class ProviderDeclaration(FormatMapping):
    """One host or cloud endpoint. Providers are shown in the order of the file."""

    kind: Kind = Field(description="The program at the address; decides how `booconf diff` queries it.")
    base_url: Url = Field(
        description="Root of the server, without the API path.", examples=["http://127.0.0.1:8080"]
    )
    api_path: ApiPath = Field(
        default=DEFAULT_API_PATH, description="Path of the OpenAI-compatible API below the root."
    )
    label: Text | None = Field(
        default=None, description="Name in pickers (default: the provider id).", examples=["Sam's desktop"]
    )
    location: Location = Field(default="local", description="`cloud` if requests leave your own machines.")
    api_key_env: EnvironmentName | None = Field(
        default=None,
        description="Name of the environment variable that contains the key.",
        examples=["DEEPSEEK_API_KEY"],
    )
    api_key_file: FilePath | None = Field(
        default=None,
        description="Path of the file whose content is the key: absolute, or below the home folder.",
        examples=["~/.secrets/deepseek"],
    )
    apis: Distinct[Api] = Field(
        default=[CHAT_COMPLETIONS],
        min_length=1,
        description="APIs of the host; clients use the first unless they need another, and chat "
        "completions are always served.",
        json_schema_extra={"uniqueItems": True},
    )
    optional: bool = Field(
        default=False, description="Hide the provider, without an error, where its key is not set."
    )
    headers: Headers = Field(
        default={},
        description="Extra request headers: plain text, or `${env:NAME}`, also after `Bearer ` or `Basic `.",
        examples=[{"X-Team": "boo", "X-Proxy-Token": "${env:PROXY_TOKEN}"}],
    )
    sidecar: SidecarDeclaration | None = Field(
        default=None, description="An HTTP proxy in front of this provider."
    )
    opencode: OpencodeDeclaration = Field(
        default=OpencodeDeclaration.model_construct(),
        description="Id and built-in models of this provider in opencode.",
    )
    defaults: DefaultsDeclaration = Field(
        default=DefaultsDeclaration.model_construct(), description="Limits for models that declare none."
    )
    timeouts: TimeoutsDeclaration = Field(
        default=TimeoutsDeclaration.model_construct(), description="Waiting times of clients."
    )
    undeclared: Undeclared = Field(
        default="route",
        description="Handling of an undeclared id of this provider: sent to it, or rejected.",
    )
    ignore: Distinct[Text] = Field(
        default=[],
        description="Patterns of live ids that are deliberately not declared; `*` is any run of characters.",
        examples=[["*-draft"]],
        json_schema_extra={"uniqueItems": True},
    )
    models: dict[ModelId, ModelDeclaration | None] = Field(
        default={},
        description="Declared models by id, in display order.",
        examples=[{"qwen3-4b-instruct": {"context": 32768}}],
    )


class RolesDeclaration(FormatMapping):
    """Named uses of chat models, by composite id. Every consumer resolves through these."""

    default: CompositeId = Field(
        description="The model of a new conversation.", examples=["sam-desktop/qwen3.6-35b-a3b"]
    )
    task: CompositeId | None = Field(
        default=None, description="Short background work such as titles (default: `default`)."
    )
    compaction: CompositeId | None = Field(
        default=None, description="Summaries of long conversations (default: `default`)."
    )
    arena: Annotated[list[CompositeId], Field(min_length=1)] | None = Field(
        default=None, description="Models that answer side by side (default: `default` alone)."
    )


class SettingsDeclaration(FormatMapping):
    """Settings of the client opencode that belong to no single provider."""

    agents: dict[AgentName, CompositeId] = Field(
        default={},
        description="Agents of opencode by name, each with the chat model that it uses.",
        examples=[{"plan": "sam-desktop/qwen3.6-35b-a3b", "explore": "embedding/qwen3-8b"}],
    )


class LegacyDeclaration(FormatMapping):
    """Former names that stored data may still contain."""

    bare_ids: dict[ModelId, CompositeId] = Field(
        default={},
        description="Bare ids that meant something other than a model of the default provider.",
        examples=[{"deepseek-chat": "deepseek/deepseek-flash"}],
    )
    providers: dict[ProviderId, ProviderId | None] = Field(
        default={},
        description="Former provider id to its successor, or null when it is retired.",
        examples=[{"llama-swap": "sam-desktop"}],
    )


class OverrideDeclaration(FormatMapping):
    """A context window for every model whose composite id matches; later entries win."""

    match: Text = Field(
        description="Pattern over composite ids; `*` is any run of characters, `/` included.",
        examples=["sam-desktop/qwen3.6-*"],
    )
    context: Window = Field(description="Context window in tokens, or `unknown`.", examples=[49152])
    reason: Text | None = Field(default=None, description="Reason for the override, for later readers.")


class FleetDeclaration(FormatMapping):
    """A fleet of LLM hosts, declared for booconf."""

    version: Version = Field(description="Version of this format.")
    default_provider: str = Field(
        description="The local provider whose model a stored bare id means.", examples=["sam-desktop"]
    )
    roles: RolesDeclaration = Field(description="Named uses of models.")
    opencode: SettingsDeclaration = Field(
        default=SettingsDeclaration.model_construct(),
        description="Settings of the client opencode that belong to no single provider.",
    )
    legacy: LegacyDeclaration = Field(
        default=LegacyDeclaration.model_construct(),
        description="Former names that stored data may still contain.",
    )
    providers: Annotated[dict[ProviderId, ProviderDeclaration], Field(min_length=1)] = Field(
        description="Hosts and cloud endpoints by id, in display order."
    )
    context_overrides: list[OverrideDeclaration] = Field(
        default=[],
        description="Context windows that win over every other; later entries win, each matches something.",
    )
