"""The resolved fleet, with every id, address and limit decided, and the route of an id."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from booconf.declaration.enums import Api, Capability, Effort, Kind, Location, ModelType, Undeclared
from booconf.json_text import Json


class KindFacts(Protocol):
    """The facts about one kind of host that the compiler needs."""

    UNSAFE_SEGMENT: str | None
    """A segment of a URL path, in lower case, below which every request loads a model."""

    SWAPS_MODELS: bool
    """True if the host may unload one model to load another."""


FactsOf = Callable[[Kind], KindFacts]
"""Returns the facts about a kind; callers pass `live.adapter_of`, which imports an adapter on use."""


class LimitRule(StrEnum):
    """The rule that decides a limit."""

    OVERRIDE = "context override"
    MODEL = "declared on the model"
    DEFAULTS = "default of the provider"
    WINDOW = "the whole context window"
    BESIDE_OUTPUT = "the window without its output"
    QUARTER = "a quarter of the window, at most 8192"
    REASONING_QUARTER = "a quarter of the window, at most 16384, as it includes reasoning"
    UNKNOWN = "unknown, because the window is unknown"
    NONE = "not declared"


@dataclass(frozen=True, slots=True)
class Origin:
    """The source of a limit: a rule, and for a context override the index of its entry.

    `fits` is False for a default that is ignored because it is not below the window.
    """

    rule: LimitRule
    override: int | None = None
    fits: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a model in tokens, None if unknown or not applicable, each with its origin."""

    context: int | None
    input: int | None
    output: int | None
    context_origin: Origin
    input_origin: Origin
    output_origin: Origin


@dataclass(frozen=True, slots=True)
class Cost:
    """Prices of a model in US dollars a million tokens; those of the cache are None if not declared."""

    input: float
    output: float
    cache_read: float | None
    cache_write: float | None


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Waiting times of clients in seconds, None if not declared.

    `header` ends at the first response byte, `chunk` between two parts of a streamed response, `total` at the
    end of the response.
    """

    header: int | None
    chunk: int | None
    total: int | None


@dataclass(frozen=True, slots=True)
class Model:
    """One declared model of one provider.

    `extra_body` contains members of the request body that every client sends with this model.
    """

    provider: str
    id: str
    composite_id: str
    label: str
    type: ModelType
    upstream: str
    aliases: tuple[str, ...]
    capabilities: tuple[Capability, ...]
    reasoning_field: str | None
    extra_body: Mapping[str, Json]
    efforts: tuple[Effort, ...]
    cost: Cost | None
    limits: Limits


@dataclass(frozen=True, slots=True)
class Sidecar:
    """The HTTP proxy in front of a provider, and the model types whose requests it forwards."""

    base_url: str
    api_base: str
    traffic: tuple[ModelType, ...]


@dataclass(frozen=True, slots=True)
class Provider:
    """One host or cloud endpoint with its declared models, in display order.

    `base_url` is the server root without a trailing slash, `api_base` that plus the API path.
    `headers` contains the declared texts with their `${env:NAME}`. `aliases` maps an alias to its model id.
    `apis` are those that the host serves, the preferred one first, chat completions always among them.
    """

    id: str
    label: str
    kind: Kind
    location: Location
    base_url: str
    api_base: str
    api_key_env: str | None
    api_key_file: str | None
    apis: tuple[Api, ...]
    optional: bool
    headers: Mapping[str, str]
    sidecar: Sidecar | None
    opencode_id: str
    opencode_legacy_ids: tuple[str, ...]
    extends_builtin: bool
    timeouts: Timeouts
    undeclared: Undeclared
    ignore: tuple[str, ...]
    models: Mapping[str, Model]
    aliases: Mapping[str, str]

    def sidecar_for(self, model_type: ModelType) -> Sidecar | None:
        """The sidecar for requests to models of this type; None if they are sent directly."""
        return self.sidecar if self.sidecar and model_type in self.sidecar.traffic else None

    def chat_models(self) -> list[Model]:
        """The chat models of this provider, in display order."""
        return [model for model in self.models.values() if model.type == "chat"]

    @property
    def client_api(self) -> Api:
        """The API that clients use unless they need another: the preferred one of the host."""
        return self.apis[0]

    def opencode_reference(self, model: Model) -> str:
        """The opencode reference of `model`, one of this provider."""
        return f"{self.opencode_id}/{model.id}"

    def environment_names(self) -> list[str]:
        """The environment variables that a request needs, without repetition, that of the key first."""
        names = [self.api_key_env] if self.api_key_env else []
        for value in self.headers.values():
            _, reference, name = value.partition("${env:")
            if reference:
                names.append(name.removesuffix("}"))
        return list(dict.fromkeys(names))

    def sends_secrets(self) -> bool:
        """True if requests contain a key, or the value of an environment variable."""
        return self.api_key_file is not None or bool(self.environment_names())


@dataclass(frozen=True, slots=True)
class Roles:
    """The composite ids of the chat models that have a role; None or empty if fleet.yaml names none."""

    default: str
    task: str | None
    compaction: str | None
    arena: tuple[str, ...]

    def by_name(self) -> dict[str, str | tuple[str, ...]]:
        """Role -> its composite id, or for `arena` its composite ids, fallbacks applied."""
        return {
            "default": self.default,
            "task": self.task or self.default,
            "compaction": self.compaction or self.default,
            "arena": self.arena or (self.default,),
        }


@dataclass(frozen=True, slots=True)
class Legacy:
    """Former names: bare id -> composite id, former provider id -> successor (None when retired)."""

    bare_ids: Mapping[str, str]
    providers: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Fleet:
    """A fleet. Mappings keep the order of fleet.yaml, which is display order.

    `agents` are agents of opencode by name, each with the composite id of its chat model.
    """

    default_provider: str
    providers: Mapping[str, Provider]
    roles: Roles
    legacy: Legacy
    agents: Mapping[str, str]

    def written_roles(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """The path in fleet.yaml and the composite id of every role and agent, without fallbacks."""
        for name in ("default", "task", "compaction"):
            target: str | None = getattr(self.roles, name)
            if target is not None:
                yield ("roles", name), target
        for index, target in enumerate(self.roles.arena):
            yield ("roles", "arena", index), target
        for name, target in self.agents.items():
            yield ("opencode", "agents", name), target

    def models(self) -> Iterator[Model]:
        """Every declared model of every type, in display order."""
        for provider in self.providers.values():
            yield from provider.models.values()

    def chat_models(self) -> Iterator[Model]:
        """Every declared chat model, in display order."""
        for provider in self.providers.values():
            yield from provider.chat_models()

    def model(self, composite_id: str) -> Model:
        """The declared model with exactly this composite id; raises KeyError if there is none."""
        provider, _, model = composite_id.partition("/")
        return self.providers[provider].models[model]

    def find_model(self, composite_id: str) -> Model | None:
        """As `model`, but None if there is none."""
        provider_id, _, model = composite_id.partition("/")
        provider = self.providers.get(provider_id)
        return provider.models.get(model) if provider else None


@dataclass(frozen=True, slots=True)
class Route:
    """The route of an id, as `resolve` returns it. Limits are in tokens, None if unknown or undeclared.

    `request_base` is the sidecar's API base if its traffic includes this type, else `api_base`.
    `headers` may contain `${env:NAME}`, which the sender of a request replaces.
    `legacy` is true for a bare id or an id with a former provider id.
    """

    id: str
    provider: str
    model: str
    upstream_model: str
    type: ModelType | None
    kind: Kind
    location: Location
    base_url: str
    api_base: str
    request_base: str
    via_sidecar: bool
    api_key_env: str | None
    api_key_file: str | None
    headers: Mapping[str, str]
    extra_body: Mapping[str, Json]
    context: int | None
    input: int | None
    output: int | None
    capabilities: tuple[Capability, ...]
    declared: bool
    legacy: bool
