"""Models that are declared and not served, under a new name or not at all: BC701, BC703, BC704."""

from collections.abc import Iterator
from dataclasses import replace

from booconf.diagnostics import Label, diagnose
from booconf.drift.host_comparison import Comparison
from booconf.drift.matching import Rename, closest_name
from booconf.drift.quoting import MOST_LISTED
from booconf.drift.result import Finding
from booconf.escaping import quote
from booconf.fleet.model import Model
from booconf.live import adapter_of
from booconf.source.emitter import flow_entry

MOST_SUGGESTIONS = 10
"""So many absent models of a host are told what is most like them."""


def find_absent(comparison: Comparison) -> Iterator[Finding]:
    """BC701, BC704: a declared model that the host does not serve."""
    suggestions = 0
    for model in comparison.absent:
        rename = comparison.renames.get(model.upstream)
        if rename is None:
            yield _absent(comparison, model, may_suggest=suggestions < MOST_SUGGESTIONS)
            suggestions += 1
        else:
            yield _renamed(comparison, model, rename)


def find_absent_targets(comparison: Comparison) -> Iterator[Finding]:
    """BC703: a role whose model the host does not serve."""
    for model in comparison.absent:
        is_renamed = model.upstream in comparison.renames
        repair = "declare what the model is called now" if is_renamed else "serve the model again"
        for path in comparison.together.references.roles.get(model.composite_id, ()):
            diagnostic = diagnose(
                "BC703",
                f"role `{path[1]}` names `{model.composite_id}`, which its host does not serve",
                comparison.examination.value(*path),
                (comparison.examination.model_key(model, "declared here"),),
                f"{repair}, or give the role to another one",
            )
            yield Finding(diagnostic, model.provider, model.id, declared=model.composite_id)


def _renamed(comparison: Comparison, model: Model, rename: Rename) -> Finding:
    but_for_case = " but for case" if model.upstream.casefold() == rename.name.casefold() else ""
    diagnostic = diagnose(
        "BC704",
        f"`{model.composite_id}` was probably renamed to {quote(rename.name)} on its host: "
        f"the names are {int(100 * rename.likeness)} % alike{but_for_case}",
        comparison.examination.model_key(model),
        _upstream_label(comparison, model),
        f"write `{flow_entry('upstream', rename.name)}` at the model, which keeps its id and all that is "
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


def _absent(comparison: Comparison, model: Model, *, may_suggest: bool) -> Finding:
    called = "" if model.upstream == model.id else f" as `{model.upstream}`"
    diagnostic = diagnose(
        "BC701",
        f"`{model.provider}` does not serve `{model.id}`{called}",
        comparison.examination.model_key(model),
        _upstream_label(comparison, model),
        _how_to_repair(comparison, model, may_suggest=may_suggest),
    )
    diagnostic = replace(diagnostic, notes=tuple(_notes(comparison, model)))
    return Finding(diagnostic, model.provider, model.id, declared=model.upstream)


def _how_to_repair(comparison: Comparison, model: Model, *, may_suggest: bool) -> str:
    """What to do about an absent model, with a name of the host that may be it."""
    name = comparison.name_now(model)
    if name == model.id:
        return (
            f"remove `upstream`, if `{name}`, which the host does serve, is the model (`booconf adopt` does)"
        )
    if name is not None:
        upstream = flow_entry("upstream", name)
        return f"write `{upstream}`, if that is the model (`booconf adopt` does): it has one of its aliases"
    if comparison.at_peers(model):
        return which_peer(comparison, model)
    held = comparison.together.held.get(model.composite_id)
    if held is None:
        advice = (
            "serve it again, remove it (`booconf adopt` does), or write as `upstream` what the host calls it"
        )
    else:
        advice = (
            f"serve it again, or write as `upstream` what the host calls it; it cannot be removed yet: {held}"
        )
    likely = closest_name(model.upstream, comparison.unreached) if may_suggest else None
    return advice if likely is None else f"{advice}; of the ids there, {quote(likely)} is most like it"


def which_peer(comparison: Comparison, model: Model) -> str:
    """What to write for an absent model of which several peers of its host have one of that name."""
    names = comparison.at_peers(model)
    choices = " or ".join(f"`{flow_entry('upstream', name)}`" for name in names[:MOST_LISTED])
    more = f", or one of {len(names) - MOST_LISTED} more" if names[MOST_LISTED:] else ""
    return f"peers of the host have a `{model.upstream}` each: write {choices}{more}, whichever is meant"


def _notes(comparison: Comparison, model: Model) -> Iterator[str]:
    """Where an absent model may hide, and where its other names lead."""
    for name in (model.id, *model.aliases):
        seen = comparison.seen_by_name.get(name)
        if seen is not None and seen.id in comparison.reached:
            yield f"`{name}` means {quote(seen.id)} on its host, which is declared as another model"
            break
    adapter = adapter_of(comparison.provider.kind)
    if adapter.UNLISTED_MODELS_HINT:
        yield adapter.UNLISTED_MODELS_HINT
    if not comparison.tells_aliases and not adapter.LISTING_IS_COMPLETE:
        yield f"this host does not tell aliases: `{model.upstream}` may be one of them"


def _upstream_label(comparison: Comparison, model: Model) -> tuple[Label, ...]:
    """Where the name that the host should have is written, if it is not the id."""
    if model.upstream == model.id:
        return ()
    path = ("providers", model.provider, "models", model.id, "upstream")
    return (comparison.examination.value(*path, text="the name that is sent to the host"),)
