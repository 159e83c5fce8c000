"""Findings about declared models that the host does not serve by their name: BC701, BC703, BC704."""

from collections.abc import Iterator
from dataclasses import replace

from booconf.diagnostics import Label, diagnose
from booconf.drift.host_comparison import HostComparison
from booconf.drift.matching import Rename, closest_name
from booconf.drift.quoting import MOST_LISTED, is_writable
from booconf.drift.result import Finding
from booconf.escaping import quote
from booconf.fleet.context import role_name
from booconf.fleet.model import Model
from booconf.live import adapter_of
from booconf.source.emitter import flow_entry

MOST_SUGGESTIONS = 10
"""Absent models of one host whose advice suggests a similar name."""


def find_absent(host: HostComparison) -> Iterator[Finding]:
    """BC701, BC704: a declared model that the host does not serve."""
    suggestions = 0
    for model in host.matches.absent:
        rename = host.matches.renames.get(model.upstream)
        if rename is None:
            yield _absent(host, model, may_suggest=suggestions < MOST_SUGGESTIONS)
            suggestions += 1
        else:
            yield _renamed(host, model, rename)


def find_absent_targets(host: HostComparison) -> Iterator[Finding]:
    """BC703: a role whose model the host does not serve."""
    for model in host.matches.absent:
        is_renamed = model.upstream in host.matches.renames
        repair = "declare the new name of the model" if is_renamed else "serve the model again"
        for path in host.references.roles.get(model.composite_id, ()):
            diagnostic = diagnose(
                "BC703",
                f"{role_name(path)} names `{model.composite_id}`, which its host does not serve",
                host.context.value(*path),
                (host.context.model_key(model, "declared here"),),
                f"{repair}, or give the role to another one",
            )
            yield Finding(diagnostic, model.provider, model.id, declared=model.composite_id)


def _renamed(host: HostComparison, model: Model, rename: Rename) -> Finding:
    but_for_case = " but for case" if model.upstream.casefold() == rename.name.casefold() else ""
    diagnostic = diagnose(
        "BC704",
        f"`{model.composite_id}` was probably renamed to {quote(rename.name)} on its host: "
        f"the names are {int(100 * rename.likeness)} % alike{but_for_case}",
        host.context.model_key(model),
        _upstream_label(host, model),
        f"write `{flow_entry('upstream', rename.name)}` at the model, which keeps its id and all data "
        "stored under it (`booconf adopt` does)",
    )
    return Finding(
        diagnostic,
        model.provider,
        model.id,
        declared=model.upstream,
        seen=rename.name,
        renamed_to=rename.name,
        likeness=rename.likeness,
    )


def _absent(host: HostComparison, model: Model, *, may_suggest: bool) -> Finding:
    called = "" if model.upstream == model.id else f" as `{model.upstream}`"
    diagnostic = diagnose(
        "BC701",
        f"`{model.provider}` does not serve `{model.id}`{called}",
        host.context.model_key(model),
        _upstream_label(host, model),
        _repair(host, model, may_suggest=may_suggest),
    )
    diagnostic = replace(diagnostic, notes=tuple(_notes(host, model)))
    return Finding(diagnostic, model.provider, model.id, declared=model.upstream)


def _repair(host: HostComparison, model: Model, *, may_suggest: bool) -> str:
    """The advice on an absent model, with a name of the host that may be its new one."""
    name = host.matches.new_names.get(model.id)
    if name == model.id:
        return f"remove `upstream`, if `{name}`, which the host serves, is the model (`booconf adopt` does)"
    if name is not None:
        upstream = flow_entry("upstream", name)
        return f"write `{upstream}`, if that is the model (`booconf adopt` does): it has one of its aliases"
    if model.upstream in host.matches.peer_names:
        return choose_peer(host, model)
    blocker = host.blockers.get(model.composite_id)
    if blocker is None:
        advice = (
            "serve it again, remove it (`booconf adopt` does), or write its name on the host as `upstream`"
        )
    else:
        advice = (
            "serve it again, or write its name on the host as `upstream`; "
            f"it cannot be removed yet: {blocker}"
        )
    similar = closest_name(model.upstream, _unmatched_ids(host)) if may_suggest else None
    return advice if similar is None else f"{advice}; the most similar id there is {quote(similar)}"


def choose_peer(host: HostComparison, model: Model) -> str:
    """The `upstream` entries to choose from, for an absent model whose name several peers have."""
    names = host.matches.peer_names[model.upstream]
    choices = " or ".join(f"`{flow_entry('upstream', name)}`" for name in names[:MOST_LISTED])
    more = f", or one of {len(names) - MOST_LISTED} more" if names[MOST_LISTED:] else ""
    return f"peers of the host serve `{model.upstream}`: write {choices}{more}, whichever is meant"


def _unmatched_ids(host: HostComparison) -> list[str]:
    """The ids of the host that no model declares or reaches and that fleet.yaml can contain."""
    return [
        seen.id
        for seen in host.served.models
        if seen.id not in host.matches.reached and seen.id not in host.declared.every and is_writable(seen.id)
    ]


def _notes(host: HostComparison, model: Model) -> Iterator[str]:
    """The models that other names of an absent model resolve to, and the limits of the listing."""
    for name in (model.id, *model.aliases):
        seen = host.served.by_name.get(name)
        if seen is not None and seen.id in host.matches.reached:
            yield f"`{name}` means {quote(seen.id)} on its host, which is declared as another model"
            break
    adapter = adapter_of(host.provider.kind)
    if adapter.UNLISTED_MODELS_HINT:
        yield adapter.UNLISTED_MODELS_HINT
    if not host.served.has_all_aliases and not adapter.LISTING_IS_COMPLETE:
        yield f"this host does not report aliases: `{model.upstream}` may be one of them"


def _upstream_label(host: HostComparison, model: Model) -> tuple[Label, ...]:
    """A label on the declared `upstream`, if there is one."""
    if model.upstream == model.id:
        return ()
    path = ("providers", model.provider, "models", model.id, "upstream")
    return (host.context.value(*path, text="the name that is sent to the host"),)
