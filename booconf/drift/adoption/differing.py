"""Models that are served otherwise than they are declared: aliases that are none, and windows."""

from collections.abc import Iterator

from booconf.drift.adoption.context import Situation
from booconf.drift.adoption.proposal import Answer, Kept, Proposal, path_of
from booconf.drift.findings.windows import limits_beyond
from booconf.drift.result import Finding
from booconf.fleet.model import LimitRule, Model
from booconf.source.editing.apply import Appending, Edit, Removal, Setting


def answer_alias(situation: Situation, finding: Finding) -> Iterator[Answer]:
    """BC705: an alias that the host does not know for its model goes."""
    model, alias = situation.model(finding), str(finding.declared)
    what = f"`{model.composite_id}` loses the alias `{alias}`, which its host does not know for it"
    stays = f"`{model.composite_id}` keeps the alias `{alias}`"
    edit = Removal((*path_of(model), "aliases", model.aliases.index(alias)))
    yield Proposal.of(finding, model.id, what, stays, edit)


def answer_window(situation: Situation, finding: Finding) -> Iterator[Answer]:
    """BC706, BC707: the window becomes the one served, where it is written; limits that no longer fit go."""
    model, served = situation.model(finding), finding.seen
    assert isinstance(served, int)  # noqa: S101 - the other window is one in tokens
    name = model.composite_id
    stays = f"`{name}` keeps its window of {model.limits.context} tokens"
    placed = _edit_of_window(situation, model, served)
    if placed is None:
        why = "no override can be written for it alone, since `*` in its id would match others too"
        yield Kept(f"{stays}: {why}", finding.code, model.provider, model.id)
        return
    edit, where = placed
    limits = list(limits_beyond(situation.examination, model, served))
    loses = "".join(f"; its `{limit}` no longer fits and is removed" for limit in limits)
    what = f"`{name}` has a window of {served} tokens instead of {model.limits.context}{where}{loses}"
    removals = (Removal((*path_of(model), limit)) for limit in limits)
    yield Proposal.of(finding, model.id, what, stays, edit, *removals)


def _edit_of_window(situation: Situation, model: Model, served: int) -> tuple[Edit, str] | None:
    """The edit that gives a model this window, and what is said of its place; None where there is none."""
    index, references = model.limits.context_origin.override, situation.references
    if index is None:
        is_default = model.limits.context_origin.rule is LimitRule.DEFAULTS
        where = (
            ", declared on the model, since others share the default of the provider" if is_default else ""
        )
        return Setting((*path_of(model), "context"), served), where
    said = references.override(index)
    if not references.others(
        situation.examination.declaration.context_overrides[index].match, model.composite_id
    ):
        return Setting(("context_overrides", index, "context"), served), f", in the context override {said}"
    if references.others(model.composite_id, model.composite_id):
        return None
    own = {"match": model.composite_id, "context": served}
    return Appending(("context_overrides",), own), (
        f", in a context override of its own, since {said} is for others too"
    )
