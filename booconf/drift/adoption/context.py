"""What is known while findings are answered: which models leave and which stay, and which names are free."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from booconf.drift.host_comparison import Comparison, Comparisons
from booconf.drift.result import Finding
from booconf.fleet.model import Model

ABSENT, UNDECLARED, RENAMED = "BC701", "BC702", "BC704"


class Situation:
    """The comparisons, and the drift they found.

    Without `renames` a model under a probable new name is one that went and another that came.
    """

    def __init__(self, comparisons: Comparisons, drift: list[Finding], *, renames: bool) -> None:
        self.examination = comparisons.examination
        self.references = comparisons.references
        self._by_provider = comparisons.by_provider
        self._drift = drift
        self._renames = renames

    def comparison(self, finding: Finding) -> Comparison:
        """The comparison in which something was found."""
        return self._by_provider[finding.provider]

    def model(self, finding: Finding) -> Model:
        """The declared model that a finding is about."""
        return self.comparison(finding).provider.models[str(finding.model)]

    def new_name(self, finding: Finding) -> str | None:
        """Under which name the host probably serves an absent model; None when nothing tells, or may."""
        return self.comparison(finding).name_now(self.model(finding)) if self._renames else None

    @cached_property
    def _leaving(self) -> frozenset[str]:
        """The composite ids of the models that went, as far as can be told."""
        return frozenset(
            self.model(finding).composite_id
            for finding in self._drift
            if finding.code in (ABSENT, RENAMED)
            and self.new_name(finding) is None
            and not self.comparison(finding).at_peers(self.model(finding))
        )

    @cached_property
    def held(self) -> Mapping[str, str]:
        """Why models that would leave have to stay, by composite id."""
        return self.references.held(self._leaving, self._joining())

    def _joining(self) -> Iterator[str]:
        """The composite ids of the models that came and can be declared."""
        for finding in self._drift:
            came = None if self._renames else finding.renamed_to
            if finding.code == UNDECLARED:
                came = finding.model
            if came is not None and self.comparison(finding).problem_of_id(came) is None:
                yield f"{finding.provider}/{came}"

    @cached_property
    def _taken(self) -> dict[tuple[str, str], str]:
        """Provider and folded name -> an id or alias that is declared, or soon is, and does not leave."""
        left = self._leaving - self.held.keys()
        return {
            (model.provider, name.casefold()): name
            for model in self.examination.fleet.models()
            if model.composite_id not in left
            for name in (model.id, *model.aliases)
        }

    def is_taken(self, provider: str, name: str) -> bool:
        """Whether exactly this name is an id or alias of the provider."""
        return self._taken.get((provider, name.casefold())) == name

    def take(self, provider: str, name: str) -> str | None:
        """Make `name` the id of one more model; or say why it cannot be one, in words after a subject."""
        problem = self._by_provider[provider].problem_of_id(name)
        if problem is None:
            other = self._taken.setdefault((provider, name.casefold()), name)
            problem = None if other == name else f"differs from `{other}` by case only"
        return problem
