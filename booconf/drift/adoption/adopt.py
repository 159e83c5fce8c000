"""Adopt: what was seen goes in, fleet.yaml as it has to read comes out, valid and with every comment.

Only drift is adopted. What comes out is compared again, and edited again, until nothing but what `kept`
names differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from booconf.diagnostics import Diagnostic
from booconf.drift.adoption.proposal import Change, Kept, Key, Proposal
from booconf.drift.adoption.resolutions import answers_to
from booconf.drift.adoption.validation import Trial
from booconf.drift.compare import result_of
from booconf.drift.host_comparison import Comparisons
from booconf.drift.outcomes import COULD_NOT_ASK
from booconf.drift.references import References
from booconf.drift.result import Verdict
from booconf.fleet.load import LoadResult
from booconf.live.observation import Observation

_NO_HELP = "the edit was made, and did not help"


@dataclass(frozen=True, slots=True)
class Adoption:
    """`text` is fleet.yaml as it has to read, whole, a byte order mark included: write it as UTF-8.

    `kept` names all drift that is left, and the hosts that could not be compared. `warnings` are those of the
    new fleet that the old one does not cause.
    """

    text: str
    changes: tuple[Change, ...]
    kept: tuple[Kept, ...]
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What comparing `text` with the same hosts comes to."""
        if any(one.code not in COULD_NOT_ASK for one in self.kept):
            return Verdict.DRIFT
        return Verdict.UNASKED if self.kept else Verdict.SAME


def adopt(loading: LoadResult, observations: Mapping[str, Observation], *, renames: bool = True) -> Adoption:
    """The fleet of a file that passed, edited so that it matches `observations`.

    Providers that these leave out are left alone. Without `renames`, a model that was probably renamed is one
    that went and another that came.
    """
    assert loading.context is not None  # noqa: S101 - an invalid fleet is never compared with its hosts
    original = examination = loading.context
    diagnostics = loading.diagnostics
    changes: list[Change] = []
    settled: dict[Key, str] = {}
    while True:
        comparisons = Comparisons(References(examination, original), observations)
        answers = answers_to(comparisons, result_of(comparisons).findings(), renames=renames)
        fresh = [answer for answer in answers if isinstance(answer, Proposal) and answer.key not in settled]
        trial = Trial(examination)
        accepted = trial.accept(fresh)
        settled |= trial.rejected
        if trial.loading is None or trial.loading.context is None:
            break
        settled |= dict.fromkeys((proposal.key for proposal in accepted), _NO_HELP)
        changes += (proposal.change for proposal in accepted)
        diagnostics, examination = trial.loading.diagnostics, trial.loading.context
    return Adoption(
        examination.document.source.whole,
        tuple(changes),
        tuple(
            answer.kept(settled[answer.key]) if isinstance(answer, Proposal) else answer for answer in answers
        ),
        _new_among(diagnostics, loading.diagnostics),
    )


def _new_among(after: tuple[Diagnostic, ...], before: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """What is said of a fleet now and was not said before; where it is said does not count."""
    known = {(diagnostic.code, diagnostic.message) for diagnostic in before}
    return tuple(found for found in after if (found.code, found.message) not in known)
