"""What is proven about every declared id, by asking the resolver itself.

The rules before this make most failures impossible; a proof does not take their word for it. A failure shows
the shortest chain of declarations that leads to it.
"""

from collections.abc import Iterator

from booconf.diagnostics import Diagnostic, Label
from booconf.fleet.examination import Examination, finding
from booconf.fleet.model import Model, Provider
from booconf.fleet.place import place_of
from booconf.fleet.resolve import Found, ResolutionError, Resolver, Step


def prove_bijection(examination: Examination) -> Iterator[Diagnostic]:
    """BC320: every chat model's composite id survives the way to opencode and back."""
    resolver = examination.resolver
    for model in examination.fleet.chat_models():
        reference = resolver.to_opencode(model.composite_id)
        back = resolver.from_opencode(reference)
        if back != model.composite_id:
            yield finding(
                "BC320",
                f"`{model.composite_id}` is `{reference}` in opencode, which comes back as `{back}`",
                examination.model_key(model),
                write="give the two models, or their providers' opencode ids, different names",
            )


def prove_egress(examination: Examination) -> Iterator[Diagnostic]:
    """BC321: no name of a local model leads to a cloud provider, under any provider id, present or former.

    A declaration that leads several names away is reported once, with the first of them.
    """
    fleet, resolver = examination.fleet, examination.resolver
    reported: set[tuple[Step, str]] = set()
    if all(provider.location == "local" for provider in fleet.providers.values()):
        return
    for provider in fleet.providers.values():
        if provider.location != "local":
            continue
        for model in provider.models.values():
            for name in (model.id, *model.aliases):
                for text in (
                    name,
                    f"{provider.id}/{name}",
                    *(f"{former}/{name}" for former in fleet.legacy.providers),
                ):
                    found = _found(resolver, text)
                    if found is None or found.provider.location != "cloud":
                        continue
                    former = found.step is Step.FORMER_PROVIDER
                    cause = (found.step, text.partition("/")[0] if former else text)
                    if cause not in reported:
                        reported.add(cause)
                        yield _leak(examination, model, name, text, found)


def prove_sidecar_traffic(examination: Examination) -> Iterator[Diagnostic]:
    """BC322: a sidecar receives declared models of its provider, of the types it names, and nothing else."""
    fleet, resolver = examination.fleet, examination.resolver
    sidecars = {
        place_of(provider.sidecar.api_base): provider
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
                reached[base] = sidecars.get(place_of(base))
            if reached[base] is not (provider if model.type in traffic else None):
                yield _wrong_way(examination, model, reached[base] or provider)


def _found(resolver: Resolver, text: str) -> Found | None:
    try:
        return resolver.find(text)
    except ResolutionError:
        return None


def _wrong_way(examination: Examination, model: Model, owner: Provider) -> Diagnostic:
    return finding(
        "BC322",
        f"`{model.composite_id}` of type {model.type} would take the wrong way "
        f"past the sidecar of `{owner.id}`",
        examination.model_key(model),
        examination.key("providers", owner.id, "sidecar", text="this sidecar"),
        write="name the type in `traffic`, or give the sidecar an address of its own",
    )


def _leak(examination: Examination, model: Model, name: str, text: str, found: Found) -> Diagnostic:
    chain = [examination.model_key(model, f"`{name}` is a model of the local provider `{model.provider}`")]
    step, write = _step(examination, text, found)
    return finding(
        "BC321",
        f"`{text}`, a name of the local model `{model.composite_id}`, leads to the cloud provider "
        f"`{found.provider.id}`",
        step,
        *chain,
        _cloud(examination, found.provider),
        write=write,
    )


def _step(examination: Examination, text: str, found: Found) -> tuple[Label, str]:
    """The declaration that leads `text` away, and what to write there."""
    if found.step is Step.FORMER_PROVIDER:
        former = text.partition("/")[0]
        label = examination.value(
            "legacy", "providers", former, text=f"`{former}` now means this cloud provider"
        )
        return label, (
            "name a local successor or null; a cloud provider may succeed a cloud provider only with "
            "`undeclared: reject` and no name in common with a local one"
        )
    if found.step is Step.COMPOSITE:
        label = examination.key(
            "providers", found.provider.id, text="the first part of the id is this provider"
        )
        return label, "declare the local model under another id, with `upstream` for the name the host knows"
    label = examination.value("legacy", "bare_ids", text, text="the bare id is sent to the cloud here")
    return (
        label,
        f"remove the entry; ids that are meant for the cloud are written `{found.provider.id}/{found.name}`",
    )


def _cloud(examination: Examination, provider: Provider) -> Label:
    return examination.value("providers", provider.id, "location", text="declared as cloud here")
