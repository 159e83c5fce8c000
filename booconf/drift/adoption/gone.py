"""Models that a host no longer serves: they go, or are asked for by the name that they have there now."""

from collections.abc import Iterator

from booconf.drift.adoption.added import addition
from booconf.drift.adoption.context import Situation
from booconf.drift.adoption.proposal import Answer, Kept, Proposal, path_of
from booconf.drift.findings.absent import which_peer
from booconf.drift.result import Finding
from booconf.escaping import quote
from booconf.source.editing.apply import Removal, Setting


def answer_absent(situation: Situation, finding: Finding) -> Iterator[Answer]:
    """BC701, BC704: the model gets its new name, or goes; or both, where another model came in its place."""
    new_name = situation.new_name(finding)
    if new_name is not None:
        yield _rename(situation, finding, new_name)
        return
    yield _removal(situation, finding)
    came = finding.renamed_to
    if came is not None and not situation.is_taken(
        finding.provider, came
    ):  # two that went may have this name
        yield addition(situation, finding, came)


def _rename(situation: Situation, finding: Finding, new_name: str) -> Proposal:
    model = situation.model(finding)
    upstream = (*path_of(model), "upstream")
    stays = f"`{model.composite_id}` is still sent to its host as `{model.upstream}`"
    if new_name == model.id:
        what = f"`{model.composite_id}` is sent to its host under its own id, which it probably has there now"
        return Proposal.of(finding, model.id, what, stays, Removal(upstream))
    what = (
        f"`{model.composite_id}` is sent to its host as {quote(new_name)}, as it is probably called there "
        "now; its id stays, and all that names it"
    )
    return Proposal.of(finding, model.id, what, stays, Setting(upstream, new_name))


def _removal(situation: Situation, finding: Finding) -> Answer:
    comparison, model = situation.comparison(finding), situation.model(finding)
    name = model.composite_id
    stays = f"`{name}` stays declared, though its host does not serve it"
    if comparison.at_peers(model):
        why = which_peer(comparison, model)
        return Kept(f"{stays} by this name: {why}", finding.code, model.provider, model.id)
    if name in situation.held:
        why = f"{situation.held[name]}, then adopt again"
        return Kept(f"{stays}: {why}", finding.code, model.provider, model.id)
    overrides = "".join(
        f"; the context override {override} goes on matching others"
        for override in situation.references.overrides_of(name)
    )
    what = f"`{name}` is removed: its host does not serve it{overrides}"
    return Proposal.of(finding, model.id, what, stays, Removal(path_of(model)))
