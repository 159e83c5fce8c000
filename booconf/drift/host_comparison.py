"""One provider as declared beside its host as seen: which name means which model, on either side."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from booconf.diagnostics import Label
from booconf.drift.declarable_ids import problem_of_id
from booconf.drift.matching import Rename, probable_renames
from booconf.drift.quoting import is_writable
from booconf.drift.references import References
from booconf.fleet.context import CheckContext
from booconf.fleet.limits import Pattern
from booconf.fleet.model import Model, Provider
from booconf.live.observation import NameRole, Observation, Outcome, SeenModel


@dataclass(frozen=True)
class Comparison:
    """What every difference of one provider is found from; it is one of those `together`."""

    together: "Comparisons"
    provider: Provider
    observation: Observation

    @property
    def examination(self) -> CheckContext:
        """The fleet as declared."""
        return self.together.examination

    @cached_property
    def label(self) -> Label:
        """A label on the provider's key, for what concerns the whole host."""
        return self.examination.key("providers", self.provider.id)

    @cached_property
    def listed(self) -> list[SeenModel]:
        """The models of the host by id, whatever the order of its listing; of one id the first row counts."""
        by_id = {seen.id: seen for seen in reversed(self.observation.models)}
        return [by_id[name] for name in sorted(by_id)]

    @cached_property
    def seen_by_name(self) -> Mapping[str, SeenModel]:
        """The model of the host that each name leads to: by id, else by alias, else by equivalent."""
        found = {seen.id: seen for seen in self.listed}
        for seen in self.listed:
            for alias in seen.aliases or ():
                found.setdefault(alias, seen)
        for seen in self.listed:
            for name in seen.equivalents:
                found.setdefault(name, seen)
        return found

    @cached_property
    def names(self) -> Mapping[str, frozenset[str]]:
        """The id of each model of the host -> every name that the model itself has there."""
        return {
            seen.id: frozenset((seen.id, *(seen.aliases or ()), *seen.equivalents)) for seen in self.listed
        }

    @cached_property
    def tells_aliases(self) -> bool:
        """Whether the host tells the aliases of all models that it lists."""
        return all(seen.aliases is not None for seen in self.listed if not seen.is_unlisted)

    @cached_property
    def other_names(self) -> Mapping[str, NameRole]:
        """Listed names that are no models of the host itself."""
        return self.observation.other_names or {}

    @cached_property
    def unreached(self) -> list[str]:
        """The ids of the host that no declared model reaches and that fleet.yaml can contain."""
        return [seen.id for seen in self.listed if seen.id not in self.reached and is_writable(seen.id)]

    @cached_property
    def reached(self) -> frozenset[str]:
        """The ids of the models of the host that requests for declared models reach."""
        seen = map(self.seen, self.provider.models.values())
        return frozenset(model.id for model in seen if model is not None)

    @cached_property
    def served_names(self) -> frozenset[str]:
        """Every name that leads to something on the host."""
        return frozenset((*self.seen_by_name, *self.other_names))

    def serves(self, name: str) -> bool:
        """Whether the host has anything under `name`."""
        return name in self.served_names

    def seen(self, model: Model) -> SeenModel | None:
        """The model of the host that requests for `model` reach; None where it has none or does not tell."""
        return self.seen_by_name.get(model.upstream)

    @cached_property
    def declared_names(self) -> frozenset[str]:
        """Every name that the provider declares: ids, upstream names and aliases."""
        return self._upstreams.union(self.provider.models, self.provider.aliases)

    def problem_of(self, name: str) -> str | None:
        """Why `name` cannot be declared as one more id or alias, or None; the words follow a subject."""
        other = self._name_by_folded.get(name.casefold())
        return self.problem_of_id(name) or (other and f"differs from `{other}` by case only")

    def problem_of_id(self, name: str) -> str | None:
        """As `problem_of`, of a name alone, whatever else the provider declares."""
        return problem_of_id(self.examination, self.provider, name)

    @cached_property
    def _name_by_folded(self) -> Mapping[str, str]:
        return {name.casefold(): name for name in (*self.provider.models, *self.provider.aliases)}

    @cached_property
    def _ignored(self) -> list[Pattern]:
        return [Pattern.of(text) for text in self.provider.ignore]

    def is_ignored(self, name: str) -> bool:
        """Whether a live name is deliberately not declared."""
        return any(pattern.matches(name) for pattern in self._ignored)

    @cached_property
    def absent(self) -> list[Model]:
        """The declared models that the host does not serve, in display order."""
        return [model for model in self.provider.models.values() if not self.serves(model.upstream)]

    @cached_property
    def undeclared(self) -> list[SeenModel]:
        """The models that the host lists, and that are neither declared nor ignored, by id."""
        return [
            seen
            for seen in self.listed
            if self.declared_names.isdisjoint(self.names[seen.id])
            and not (seen.is_unlisted or self.is_ignored(seen.id))
        ]

    @cached_property
    def renames(self) -> Mapping[str, Rename]:
        """Absent upstream name -> what the host probably calls it now; a new name stands only once."""
        if not self.absent or not self.undeclared:
            return {}
        return probable_renames(
            {model.upstream: model.type for model in self.absent},
            {seen.id: seen.type for seen in self.undeclared if is_writable(seen.id)},
        )

    @cached_property
    def kept_names(self) -> Mapping[str, str]:
        """Absent model -> what the host still calls it: its own id, or the id of what has one of its aliases.

        Nothing that requests for another declared model reach, or to which names of two absent models lead.
        """
        found: dict[str, tuple[str, str]] = {}
        upstreams: dict[str, set[str]] = defaultdict(set)
        for model in self.absent:
            kept = self._kept_name(model)
            if kept is not None and model.upstream not in self.renames:
                found[model.id] = kept
                upstreams[kept[0]].add(model.upstream)
        return {model_id: name for model_id, (target, name) in found.items() if len(upstreams[target]) == 1}

    def _kept_name(self, model: Model) -> tuple[str, str] | None:
        """What another name of an absent model leads to, by id, and the name to send."""
        for name in (model.id, *model.aliases):
            seen = self.seen_by_name.get(name)
            if seen is not None and seen.id not in self.reached:
                return seen.id, name if name == model.id else seen.id
        is_taken = model.id in self.seen_by_name or model.id in self._upstreams
        return (model.id, model.id) if model.id in self.other_names and not is_taken else None

    @cached_property
    def _upstreams(self) -> frozenset[str]:
        return frozenset(model.upstream for model in self.provider.models.values())

    @cached_property
    def _peers(self) -> Mapping[str, list[str]]:
        """What a model of a peer is called for short -> its names, where several peers have it."""
        names: dict[str, list[str]] = defaultdict(list)
        for name, role in sorted(self.other_names.items()):
            _, slash, short = name.partition("/")
            if role is NameRole.PEER and slash and short not in self.served_names:
                names[short].append(name)
        return names

    def at_peers(self, model: Model) -> Sequence[str]:
        """The names of models of peers that may be an absent one, each of which has its name for short."""
        return self._peers.get(model.upstream, ())

    @cached_property
    def new(self) -> list[SeenModel]:
        """The undeclared models that are no declared one under a new name, by id."""
        renamed = {rename.name for rename in self.renames.values()}
        return [seen for seen in self.undeclared if seen.id not in renamed]

    @cached_property
    def gone(self) -> list[Model]:
        """The absent models for which no name is left, as far as can be told."""
        return [model for model in self.absent if not (self.name_now(model) or self.at_peers(model))]

    def name_now(self, model: Model) -> str | None:
        """Under which name the host probably serves an absent model; None where nothing tells."""
        rename = self.renames.get(model.upstream)
        return rename.name if rename else self.kept_names.get(model.id)


class Comparisons:
    """All hosts that are compared at once, by provider, and what only they together tell."""

    def __init__(self, references: References, observations: Mapping[str, Observation]) -> None:
        self.references = references
        self.examination = references.examination
        self.by_provider = {
            provider.id: Comparison(self, provider, observations[provider.id])
            for provider in self.examination.fleet.providers.values()
            if provider.id in observations
        }

    @cached_property
    def held(self) -> Mapping[str, str]:
        """Of the models that are gone, those that cannot leave the fleet as it is, and what to do first."""
        answered = [one for one in self.by_provider.values() if one.observation.outcome is Outcome.ANSWERED]
        return self.references.held(
            {model.composite_id for one in answered for model in one.gone},
            (
                f"{one.provider.id}/{seen.id}"
                for one in answered
                if one.provider.location == "local"
                for seen in one.new
                if one.problem_of(seen.id) is None
            ),
        )
