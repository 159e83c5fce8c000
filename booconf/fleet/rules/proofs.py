"""Proofs about every declared id, made with the resolver itself.

The other rules make most failures impossible, but a proof does not depend on them. A failure names the
shortest chain of declarations that causes it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from booconf.diagnostics import Diagnostic, Label
from booconf.fleet.context import CheckContext, diagnostic
from booconf.fleet.model import Fleet, Model, Provider
from booconf.fleet.resolve import Resolution, ResolutionError, ResolutionStep
from booconf.fleet.urls import address_of


def prove_bijection(context: CheckContext) -> Iterator[Diagnostic]:
    """BC320: the opencode reference of every chat model translates back to its composite id."""
    resolver = context.resolver
    for model in context.fleet.chat_models():
        reference = resolver.to_opencode(model.composite_id)
        back = resolver.from_opencode(reference)
        if back != model.composite_id:
            yield diagnostic(
                "BC320",
                f"`{model.composite_id}` is `{reference}` in opencode, which translates back to `{back}`",
                context.model_key(model),
                advice="give the two models, or their providers' opencode ids, different names",
            )


def prove_egress(context: CheckContext) -> Iterator[Diagnostic]:
    """BC321: no name of a local model resolves to a cloud provider, under any provider id, present or former.

    A declaration that affects several names is reported once, with the first of them.
    """
    clouds = [provider for provider in context.fleet.providers.values() if provider.location == "cloud"]
    if not clouds:
        return
    reported: set[tuple[str, str]] = set()
    for leak in chain(_present_leaks(context), _former_leaks(context, clouds)):
        if leak.cause not in reported:
            reported.add(leak.cause)
            yield _report(context, leak)


def prove_sidecar_traffic(context: CheckContext) -> Iterator[Diagnostic]:
    """BC322: a sidecar receives requests only for models of its provider and of its declared types."""
    fleet, resolver = context.fleet, context.resolver
    sidecars = {
        address_of(provider.sidecar.api_base): provider
        for provider in fleet.providers.values()
        if provider.sidecar
    }
    if not sidecars:
        return
    reached: dict[str, Provider | None] = {}
    for provider in fleet.providers.values():
        traffic = provider.sidecar.traffic if provider.sidecar else ()
        for model in provider.models.values():
            base = resolver.request_base(model.composite_id)
            if base not in reached:
                reached[base] = sidecars.get(address_of(base))
            if reached[base] is not (provider if model.type in traffic else None):
                yield _misrouted(context, model, reached[base] or provider)


@dataclass(frozen=True, slots=True)
class _Leak:
    """A name of a local model that resolves to a cloud provider if written as `text`.

    `opencode` is true if `text` is an opencode reference instead of an id.
    """

    model: Model
    name: str
    text: str
    found: Resolution
    opencode: bool = False

    @property
    def first_part(self) -> str:
        return self.text.partition("/")[0]

    @property
    def cause(self) -> tuple[str, str]:
        """Equal for two leaks with the same declaration as cause."""
        if self.opencode:
            return "opencode", self.first_part
        return (
            self.found.step,
            self.first_part if self.found.step is ResolutionStep.FORMER_PROVIDER else self.text,
        )


def _present_leaks(context: CheckContext) -> Iterator[_Leak]:
    """Names that resolve to a cloud by themselves or with the id of their own provider."""
    find = context.resolver.find
    for model, name in _local_names(context.fleet):
        for text in (name, f"{model.provider}/{name}"):
            found = _in_the_cloud(find, text)
            if found:
                yield _Leak(model, name, text, found)


def _former_leaks(context: CheckContext, clouds: list[Provider]) -> Iterator[_Leak]:
    """Names that resolve to a cloud with a former id: that of its predecessor, or one of its opencode ids.

    Any other former id resolves to a local provider or to an error, for any name.
    """
    fleet, resolver = context.fleet, context.resolver
    formers: dict[str | None, list[str]] = {}
    for former, successor in fleet.legacy.providers.items():
        formers.setdefault(successor, []).append(former)
    for cloud in clouds:
        yield from _leaks_under(formers.get(cloud.id, []), resolver.find, fleet)
        opencode_ids = cloud.opencode_id, *cloud.opencode_legacy_ids
        shared = [opencode_id for opencode_id in opencode_ids if opencode_id in fleet.legacy.providers]
        for leak in _leaks_under(shared, lambda text: resolver.find(resolver.from_opencode(text)), fleet):
            yield replace(leak, opencode=True)


def _leaks_under(ids: list[str], find: Callable[[str], Resolution], fleet: Fleet) -> Iterator[_Leak]:
    """The first name that resolves to a cloud, with each of `ids`.

    These are ids of one provider, so the result for the first of them is valid for all.
    """
    for model, name in _local_names(fleet) if ids else ():
        if _in_the_cloud(find, f"{ids[0]}/{name}"):
            for text in (f"{one}/{name}" for one in ids):
                yield _Leak(model, name, text, find(text))
            return


def _local_names(fleet: Fleet) -> Iterator[tuple[Model, str]]:
    """Every id and alias of every local model."""
    for provider in fleet.providers.values():
        if provider.location == "local":
            for model in provider.models.values():
                yield model, model.id
                for alias in model.aliases:
                    yield model, alias


def _in_the_cloud(find: Callable[[str], Resolution], text: str) -> Resolution | None:
    try:
        found = find(text)
    except ResolutionError:
        return None
    return found if found.provider.location == "cloud" else None


def _report(context: CheckContext, leak: _Leak) -> Diagnostic:
    model, cloud = leak.model, leak.found.provider
    step, advice = _step(context, leak)
    return diagnostic(
        "BC321",
        f"`{leak.text}`, a name of the local model `{model.composite_id}`, resolves to the cloud provider "
        f"`{cloud.id}`",
        step,
        context.model_key(model, f"`{leak.name}` is a model of the local provider `{model.provider}`"),
        context.value("providers", cloud.id, "location", text="declared as cloud here"),
        advice=advice,
    )


def _step(context: CheckContext, leak: _Leak) -> tuple[Label, str]:
    """A label on the declaration that causes a leak, and the advice for it."""
    found = leak.found
    if leak.opencode:
        label = context.key(
            "providers",
            found.provider.id,
            "opencode",
            text=f"opencode knows this provider as `{leak.first_part}`",
        )
        return label, "use an opencode id that is no former provider id"
    if found.step is ResolutionStep.FORMER_PROVIDER:
        label = context.value(
            "legacy",
            "providers",
            leak.first_part,
            text=f"`{leak.first_part}` resolves to this cloud provider",
        )
        return label, (
            "name a local successor or null; a cloud provider may succeed a cloud provider only with "
            "`undeclared: reject` and no name in common with a local one"
        )
    if found.step is ResolutionStep.COMPOSITE:
        label = context.key("providers", found.provider.id, text="the first part of the id is this provider")
        return label, "declare the local model under another id, with `upstream` for the name the host knows"
    label = context.value("legacy", "bare_ids", leak.text, text="the bare id resolves to the cloud here")
    return (
        label,
        f"remove the entry; ids that are meant for the cloud are written `{found.provider.id}/{found.name}`",
    )


def _misrouted(context: CheckContext, model: Model, owner: Provider) -> Diagnostic:
    return diagnostic(
        "BC322",
        f"`{model.composite_id}` of type {model.type} would be routed past the sidecar of `{owner.id}`",
        context.model_key(model),
        context.key("providers", owner.id, "sidecar", text="this sidecar"),
        advice="name the type in `traffic`, or give the sidecar an address of its own",
    )
