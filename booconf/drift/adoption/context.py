"""The state shared by the resolutions of one fleet: models that are removed or kept, and free names."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from booconf.drift.host_comparison import HostComparison
from booconf.drift.references import References, id_problem
from booconf.drift.result import Finding
from booconf.fleet.model import Model

ABSENT, UNDECLARED, RENAMED = "BC701", "BC702", "BC704"


class AdoptionContext:
    """The compared hosts and their drift.

    Without `renames`, a probable rename is one model that is gone and another one that is new.
    """

    def __init__(
        self,
        references: References,
        hosts: Mapping[str, HostComparison],
        drift: list[Finding],
        *,
        renames: bool,
    ) -> None:
        self.references = references
        self._hosts = hosts
        self._drift = drift
        self._renames = renames

    def host(self, finding: Finding) -> HostComparison:
        """The host of a finding."""
        return self._hosts[finding.provider]

    def model(self, finding: Finding) -> Model:
        """The declared model of a finding."""
        return self.host(finding).provider.models[str(finding.model)]

    def new_name(self, finding: Finding) -> str | None:
        """The name under which the host probably serves an absent model, None if unknown."""
        return self.host(finding).matches.new_names.get(str(finding.model)) if self._renames else None

    @cached_property
    def _leaving(self) -> frozenset[str]:
        """The composite ids of the models that are gone."""
        return frozenset(
            self.model(finding).composite_id
            for finding in self._drift
            if finding.code in (ABSENT, RENAMED)
            and self.new_name(finding) is None
            and self.model(finding).upstream not in self.host(finding).matches.peer_names
        )

    @cached_property
    def blockers(self) -> Mapping[str, str]:
        """Composite id -> the reason why a model that is gone cannot be removed."""
        return self.references.blockers(self._leaving, self._joining())

    def _joining(self) -> Iterator[str]:
        """The composite ids of the new models that can be declared."""
        for finding in self._drift:
            new = None if self._renames else finding.renamed_to
            if finding.code == UNDECLARED:
                new = finding.model
            if new is not None and self._id_problem(finding.provider, new) is None:
                yield f"{finding.provider}/{new}"

    @cached_property
    def _taken(self) -> dict[tuple[str, str], str]:
        """Provider and folded name -> the id or alias in the fleet after all removals and additions."""
        left = self._leaving - self.blockers.keys()
        return {
            (model.provider, name.casefold()): name
            for model in self.references.context.fleet.models()
            if model.composite_id not in left
            for name in (model.id, *model.aliases)
        }

    def is_taken(self, provider: str, name: str) -> bool:
        """True if exactly this name is an id or alias of the provider."""
        return self._taken.get((provider, name.casefold())) == name

    def take(self, provider: str, name: str) -> str | None:
        """Reserve `name` as the id of one more model; or return why it cannot be one, as a predicate."""
        problem = self._id_problem(provider, name)
        if problem is None:
            other = self._taken.setdefault((provider, name.casefold()), name)
            problem = None if other == name else f"differs from `{other}` by case only"
        return problem

    def _id_problem(self, provider: str, name: str) -> str | None:
        return id_problem(self.references.context, self._hosts[provider].provider, name)
