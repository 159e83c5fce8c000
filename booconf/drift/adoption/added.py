"""Models that a host serves and nobody declared: they are added at the end of their provider."""

from collections.abc import Iterator

from booconf.drift.adoption.context import Situation
from booconf.drift.adoption.proposal import Answer, Kept, Proposal
from booconf.drift.findings.undeclared import declaration_of, how_to_do_without
from booconf.drift.result import Finding
from booconf.escaping import quote
from booconf.source.editing.apply import Setting


def answer_undeclared(situation: Situation, finding: Finding) -> Iterator[Answer]:
    """BC702: the model is declared as it is served."""
    yield addition(situation, finding, str(finding.model))


def addition(situation: Situation, finding: Finding, name: str) -> Answer:
    """The declaration of what a host serves under `name`."""
    provider, comparison = finding.provider, situation.comparison(finding)
    seen = comparison.seen_by_name[name]
    stays = f"{quote(name)} of `{provider}` stays undeclared"
    problem = situation.take(provider, name)
    if problem is not None:
        why = how_to_do_without(comparison, seen, problem)
        return Kept(f"{stays}: {why}", finding.code, provider, name)
    declared = declaration_of(seen)
    tokens = declared.get("context")
    window = (
        f"the window of {tokens} tokens that its host serves"
        if isinstance(tokens, int)
        else "an unknown window"
    )
    chat = doubt = ""
    if seen.type is None:
        chat, doubt = " as a chat model", "; if it is none, write its type, such as `type: embedding`"
    what = f"`{provider}/{name}` is added{chat} with {window}{doubt}"
    edit = Setting(("providers", provider, "models", name), declared)
    return Proposal.of(finding, name, what, stays, edit)
