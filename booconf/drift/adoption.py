"""Adopt: what was found goes in, fleet.yaml as it has to read comes out, valid and with every comment.

Only drift is adopted. What comes out is compared again, and edited again, until nothing but what `kept`
names differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from booconf.diagnostics import Diagnostic
from booconf.drift.compare import compare
from booconf.drift.outcomes import COULD_NOT_ASK
from booconf.drift.proposal import Change, Kept, Key, Proposal
from booconf.drift.proposals import propose
from booconf.drift.references import References
from booconf.drift.result import DriftResult, Verdict
from booconf.drift.trial import Trial
from booconf.fleet.examination import Examination
from booconf.fleet.load import Loading, load_fleet
from booconf.live.observation import Observation

_NO_HELP = "the edit was made, and did not help"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


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


def adopt(  # noqa: PLR0913 - the fleet as text and as what it means, both sides of the comparison, one option
    raw: bytes,
    name: str,
    examination: Examination,
    result: DriftResult,
    observations: Mapping[str, Observation],
    *,
    renames: bool = True,
) -> Adoption:
    """The valid fleet in `raw`, of which `examination` is, edited so that it matches `observations`.

    `result` is how the two differ; providers that it leaves out are left alone. Without `renames`, a model
    that was probably renamed is one that went and another that came.
    """
    observed = {host.provider: observations[host.provider] for host in result.hosts}
    original = examination
    changes: list[Change] = []
    settled: dict[Key, str] = {}
    loading: Loading | None = None
    while True:
        references = References(examination, original)
        answers = propose(references, result.findings(), observed, renames=renames)
        fresh = [answer for answer in answers if isinstance(answer, Proposal) and answer.key not in settled]
        trial = Trial(examination)
        accepted = trial.accept(fresh)
        settled |= trial.rejected
        if trial.loading is None or trial.loading.passed is None:
            break
        settled |= dict.fromkeys((proposal.key for proposal in accepted), _NO_HELP)
        changes += (proposal.change for proposal in accepted)
        loading, examination = trial.loading, trial.loading.passed
        result = compare(examination, observed)
    return Adoption(
        (_BYTE_ORDER_MARK.decode() if raw.startswith(_BYTE_ORDER_MARK) else "")
        + examination.document.source.text,
        tuple(changes),
        tuple(
            answer.kept(settled[answer.key]) if isinstance(answer, Proposal) else answer for answer in answers
        ),
        _new_warnings(load_fleet(raw, name), loading) if loading else (),
    )


def _new_warnings(before: Loading, after: Loading) -> tuple[Diagnostic, ...]:
    """What is said of a fleet now and was not said before; where it is said does not count."""
    known = {(diagnostic.code, diagnostic.message) for diagnostic in before.diagnostics}
    return tuple(found for found in after.diagnostics if (found.code, found.message) not in known)
