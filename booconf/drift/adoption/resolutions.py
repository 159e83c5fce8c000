"""What fleet.yaml would have to say to match each finding, or why it should not say so."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from booconf.drift.adoption.added import answer_undeclared
from booconf.drift.adoption.context import Situation
from booconf.drift.adoption.differing import answer_alias, answer_window
from booconf.drift.adoption.gone import answer_absent
from booconf.drift.adoption.proposal import Answer, Kept
from booconf.drift.host_comparison import Comparisons
from booconf.drift.result import Category, Finding


def _answered_with_its_model(_situation: Situation, _finding: Finding) -> Iterator[Answer]:
    yield from ()


def _for_the_host(_situation: Situation, finding: Finding) -> Iterator[Answer]:
    what = f"{finding.diagnostic.message}: that is to be mended on the host"
    yield Kept(what, finding.code, finding.provider, finding.model)


ANSWERS: Mapping[str, Callable[[Situation, Finding], Iterator[Answer]]] = {
    "BC701": answer_absent,
    "BC702": answer_undeclared,
    "BC703": _answered_with_its_model,
    "BC704": answer_absent,
    "BC705": answer_alias,
    "BC706": answer_window,
    "BC707": answer_window,
    "BC708": _for_the_host,
    "BC709": _for_the_host,
}
"""Code -> what answers drift of this code."""


def answers_to(comparisons: Comparisons, findings: Iterable[Finding], *, renames: bool) -> list[Answer]:
    """For each finding but notes, which are left alone: the edits that answer it, or why there are none."""
    findings = list(findings)
    situation = Situation(comparisons, [finding for finding in findings if finding.is_drift], renames=renames)
    answers: list[Answer] = []
    for finding in findings:
        if finding.is_drift:
            answers += ANSWERS[finding.code](situation, finding)
        elif finding.category is Category.UNASKED:
            what = finding.diagnostic.message
            answers.append(Kept(what, finding.code, finding.provider, finding.model))
    return answers
