"""Resolve an id to a route, and translate ids to opencode references and back.

The part before the first slash decides: a declared provider, followed by its model or alias; else a former
provider, which means its successor. Any other id is a bare id: an entry of legacy.bare_ids, else a model or
alias of the default provider. Ids are matched whole, never by prefix, substring or case folding.

No other module resolves ids. The generated modules contain translations of this algorithm, and tests compare
their results by vectors.json.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from booconf.declaration.ids import has_refused_character, model_id_problem
from booconf.escaping import quote
from booconf.fleet.model import Fleet, Model, Provider, Route

ResolutionErrorCode = Literal[
    "invalid-id", "undeclared", "retired", "not-a-chat-model", "unknown-provider", "unknown-role"
]


class ResolutionError(Exception):
    """An id that has no route: `code` is the reason, `id` the requested id."""

    def __init__(self, code: ResolutionErrorCode, text: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.id = text


class ResolutionStep(StrEnum):
    """The step of the algorithm that found the provider of an id."""

    COMPOSITE = "its first part is a declared provider"
    FORMER_PROVIDER = "its first part is a former provider id (legacy.providers)"
    LEGACY_BARE_ID = "it is a legacy bare id (legacy.bare_ids)"
    BARE_ID = "it is a bare id, so it means a model of the default provider"


@dataclass(frozen=True, slots=True)
class Resolution:
    """The target of an id: a declared `model` of `provider`, or None; `name` is the requested model name."""

    provider: Provider
    model: Model | None
    name: str
    step: ResolutionStep

    @property
    def legacy(self) -> bool:
        """True for a bare id or an id with a former provider id."""
        return self.step is not ResolutionStep.COMPOSITE


class Resolver:
    """Resolves the ids of a fleet whose default provider and legacy targets are all declared."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._declared = {
            model.composite_id: Resolution(provider, model, model.id, ResolutionStep.COMPOSITE)
            for provider in fleet.providers.values()
            for model in provider.models.values()
        }
        self._by_opencode_id = {
            opencode_id: provider
            for provider in fleet.providers.values()
            for opencode_id in (*provider.opencode_legacy_ids, provider.opencode_id)
        }

    def find(self, text: str) -> Resolution:
        """The resolution of `text` without its route; raises ResolutionError as `resolve` does."""
        found = self._declared.get(text)
        if found is not None:
            return found
        provider_id, slash, name = text.partition("/")
        providers, former = self._fleet.providers, self._fleet.legacy.providers
        if slash and provider_id in providers:
            return _find_in(providers[provider_id], name, ResolutionStep.COMPOSITE, text)
        if slash and provider_id in former:
            successor = former[provider_id]
            if successor is None:
                raise _invalid(text) if model_id_problem(name) else _retired(text)
            return _find_in(providers[successor], name, ResolutionStep.FORMER_PROVIDER, text)
        target = self._fleet.legacy.bare_ids.get(text)
        if target is not None:
            found = self._declared[target]
            return Resolution(found.provider, found.model, found.name, ResolutionStep.LEGACY_BARE_ID)
        return _find_in(providers[self._fleet.default_provider], text, ResolutionStep.BARE_ID, text)

    def resolve(self, text: str) -> Route:
        """The route of a composite, bare or legacy id; raises ResolutionError if it has none."""
        return _route(self.find(text))

    def request_base(self, text: str) -> str:
        """The `request_base` of `resolve`, without a route; raises ResolutionError as `resolve` does."""
        found = self.find(text)
        return _request_base(found.provider, found.model)

    def to_opencode(self, text: str) -> str:
        """The opencode reference of an id of a declared chat model; raises ResolutionError for any other."""
        found = self.find(text)
        if found.model is None or found.model.type != "chat":
            raise ResolutionError("not-a-chat-model", text, f"{quote(text)} is not a declared chat model")
        return found.provider.opencode_reference(found.model)

    def from_opencode(self, reference: str) -> str:
        """The composite id of an opencode reference, declared or not; raises ResolutionError if invalid."""
        opencode_id, _, name = reference.partition("/")
        provider = self._by_opencode_id.get(opencode_id)
        model = provider.models.get(provider.aliases.get(name, name)) if provider else None
        if model is not None:
            return model.composite_id
        if has_refused_character(reference) or not opencode_id or model_id_problem(name):
            raise _invalid(reference)
        if provider is None:
            raise ResolutionError(
                "unknown-provider", reference, f"no provider has the opencode id {quote(opencode_id)}"
            )
        return f"{provider.id}/{name}"

    def role(self, name: str) -> str | tuple[str, ...]:
        """The composite id of a role, or for `arena` its ids; raises ResolutionError for any other name."""
        ids = self._fleet.roles.by_name()
        if name not in ids:
            raise ResolutionError("unknown-role", name, f"no role is called {quote(name)}")
        return ids[name]


def _find_in(provider: Provider, name: str, step: ResolutionStep, text: str) -> Resolution:
    model = provider.models.get(provider.aliases.get(name, name))
    if model is not None:
        return Resolution(provider, model, name, step)
    if model_id_problem(name):
        raise _invalid(text)
    if provider.undeclared == "reject":
        raise ResolutionError(
            "undeclared",
            text,
            f"{quote(text)} is not declared, and `{provider.id}` takes declared models only",
        )
    return Resolution(provider, None, name, step)


def _invalid(text: str) -> ResolutionError:
    return ResolutionError("invalid-id", text, f"{quote(text)} is not a valid id")


def _retired(text: str) -> ResolutionError:
    return ResolutionError("retired", text, f"the provider of {quote(text)} is retired and has no successor")


def _request_base(provider: Provider, model: Model | None) -> str:
    sidecar = provider.sidecar_for(model.type) if model else None
    return sidecar.api_base if sidecar else provider.api_base


def _route(found: Resolution) -> Route:
    provider, model = found.provider, found.model
    limits = model.limits if model else None
    return Route(
        id=model.composite_id if model else f"{provider.id}/{found.name}",
        provider=provider.id,
        model=model.id if model else found.name,
        upstream_model=model.upstream if model else found.name,
        type=model.type if model else None,
        kind=provider.kind,
        location=provider.location,
        base_url=provider.base_url,
        api_base=provider.api_base,
        request_base=_request_base(provider, model),
        via_sidecar=model is not None and provider.sidecar_for(model.type) is not None,
        api_key_env=provider.api_key_env,
        api_key_file=provider.api_key_file,
        headers=provider.headers,
        extra_body=model.extra_body if model else {},
        context=limits.context if limits else None,
        input=limits.input if limits else None,
        output=limits.output if limits else None,
        capabilities=model.capabilities if model else (),
        declared=model is not None,
        legacy=found.legacy,
    )
