"""The shape of fleet.yaml, version 1: its mappings and keys, with the descriptions in its JSON Schema.

`validators` checks single values; the rules in fleet/ check how values fit together.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from booconf.declaration.enums import Capability, Kind, Location, ModelType, Undeclared
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
)

_EMPTY: dict[str, JsonValue] = {"default": []}
"""The schema of a default_factory, which saves pydantic a copy of the default for each model."""


class _Mapping(BaseModel):
    """A mapping of fleet.yaml: unknown keys are errors, and values are not coerced."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        hide_input_in_errors=True,
        defer_build=True,  # only the whole declaration is ever validated
    )


class ModelDeclaration(_Mapping):
    """One model of a provider. A key with no value is a chat model with the provider's defaults."""

    label: Text | None = Field(
        default=None, description="Name in pickers (default: the model id).", examples=["Qwen 3.6 35B A3B"]
    )
    type: ModelType = Field(
        default="chat", description="Use of the model; only chat models appear in pickers and opencode."
    )
    context: Window | None = Field(
        default=None,
        description="Context window in tokens, per request, or `unknown`.",
        examples=[65536, "unknown"],
    )
    input: Limit | None = Field(
        default=None, description="Most input tokens (default: the context window).", examples=[60000]
    )
    output: Limit | None = Field(
        default=None,
        description="Most output tokens of a chat model "
        "(default: the provider's, else a quarter of the window, at most 8192).",
        examples=[8192],
    )
    capabilities: Distinct[Capability] = Field(
        default_factory=list,
        description="Features that clients may use.",
        examples=[["tools", "reasoning"]],
        json_schema_extra={**_EMPTY, "uniqueItems": True},
    )
    aliases: list[ModelId] = Field(
        default_factory=list,
        description="Other names under which the host serves this model.",
        examples=[["qwen"]],
        json_schema_extra=_EMPTY,
    )
    upstream: Text | None = Field(
        default=None,
        description="The name to send to the host, when it differs from the id.",
        examples=["Qwen3.6-35B-A3B-Q4_K_M"],
    )
    reasoning_field: Text | None = Field(
        default=None,
        description="The field of a chat message that carries the model's reasoning.",
        examples=["reasoning_content"],
    )


class SidecarDeclaration(_Mapping):
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


class OpencodeDeclaration(_Mapping):
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


class DefaultsDeclaration(_Mapping):
    """Limits for models of this provider that declare none."""

    context: Window | None = Field(
        default=None, description="Context window in tokens, or `unknown`.", examples=[32768]
    )
    output: Limit | None = Field(
        default=None, description="Most output tokens, where that is below the window.", examples=[8192]
    )


class TimeoutsDeclaration(_Mapping):
    """Waiting times of clients for this provider."""

    header: Seconds | None = Field(
        default=None,
        description="Seconds until the first response byte; a cold model load counts.",
        examples=[600],
    )


class ProviderDeclaration(_Mapping):
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


class RolesDeclaration(_Mapping):
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


class LegacyDeclaration(_Mapping):
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


class OverrideDeclaration(_Mapping):
    """A context window for every model whose composite id matches; later entries win."""

    match: Text = Field(
        description="Pattern over composite ids; `*` is any run of characters, `/` included.",
        examples=["sam-desktop/qwen3.6-*"],
    )
    context: Window = Field(description="Context window in tokens, or `unknown`.", examples=[49152])
    reason: Text | None = Field(default=None, description="Reason for the override, for later readers.")


class FleetDeclaration(_Mapping):
    """A fleet of LLM hosts, declared for booconf."""

    version: Version = Field(description="Version of this format.")
    default_provider: str = Field(
        description="The local provider whose model a stored bare id means.", examples=["sam-desktop"]
    )
    roles: RolesDeclaration = Field(description="Named uses of models.")
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
