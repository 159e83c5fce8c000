"""The names of one provider's models as declared and as served, and the pairs that mean one model."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from booconf.diagnostics import Label
from booconf.drift.matching import Rename, probable_renames
from booconf.drift.quoting import is_writable
from booconf.drift.references import References, id_problem
from booconf.fleet.context import CheckContext
from booconf.fleet.limits import Pattern
from booconf.fleet.model import Model, Provider
from booconf.live.observation import NameRole, Observation, Outcome, SeenModel


@dataclass(frozen=True, slots=True)
class ServedNames:
    """The models of one host and their names.

    `models` are sorted by id; of several rows with one id the first counts. `by_name` resolves a name to a
    model: by id, else by alias, else by equivalent. `names` are all of these for one model, by its id.
    `other_names` are listed names that are no models of the host itself.
    """

    models: tuple[SeenModel, ...]
    by_name: Mapping[str, SeenModel]
    names: Mapping[str, frozenset[str]]
    other_names: Mapping[str, NameRole]

    @classmethod
    def of(cls, observation: Observation) -> "ServedNames":
        """Index the names in an observation."""
        by_id = {seen.id: seen for seen in reversed(observation.models)}
        models = tuple(by_id[model_id] for model_id in sorted(by_id))
        by_name = {seen.id: seen for seen in models}
        for seen in models:
            for alias in seen.aliases or ():
                by_name.setdefault(alias, seen)
        for seen in models:
            for name in seen.equivalents:
                by_name.setdefault(name, seen)
        names = {seen.id: frozenset((seen.id, *(seen.aliases or ()), *seen.equivalents)) for seen in models}
        return cls(models, by_name, names, observation.other_names or {})

    def __contains__(self, name: str) -> bool:
        return name in self.by_name or name in self.other_names

    def find(self, model: Model) -> SeenModel | None:
        """The model of the host that requests for `model` reach; None if there is none or it is unknown."""
        return self.by_name.get(model.upstream)

    @property
    def has_all_aliases(self) -> bool:
        """True if the host reports the aliases of every model that it lists."""
        return all(seen.aliases is not None for seen in self.models if not seen.is_unlisted)


@dataclass(frozen=True, slots=True)
class DeclaredNames:
    """The names that one provider declares: `every` are its ids, upstream names and aliases."""

    upstreams: frozenset[str]
    every: frozenset[str]
    by_folded: Mapping[str, str]
    ignored: tuple[Pattern, ...]

    @classmethod
    def of(cls, provider: Provider) -> "DeclaredNames":
        """Index the names of a provider."""
        upstreams = frozenset(model.upstream for model in provider.models.values())
        return cls(
            upstreams,
            upstreams.union(provider.models, provider.aliases),
            {name.casefold(): name for name in (*provider.models, *provider.aliases)},
            tuple(map(Pattern.of, provider.ignore)),
        )

    def ignores(self, name: str) -> bool:
        """True if a pattern of `ignore` matches the name."""
        return any(pattern.matches(name) for pattern in self.ignored)


@dataclass(frozen=True, slots=True)
class Matches:
    """The declared models of a provider matched with the models of its host.

    `reached` are the ids on the host that requests for declared models reach. `absent` are the declared
    models that the host does not serve, in display order. `renames` maps upstream names of these to similar
    new names, `new_names` maps declared ids to the names under which the host probably serves them, and
    `peer_names` maps names to those of peers' models. `gone` are the absent models without any of these.
    `new` are the undeclared models that are no rename, sorted by id.
    """

    reached: frozenset[str]
    absent: tuple[Model, ...]
    renames: Mapping[str, Rename]
    new_names: Mapping[str, str]
    peer_names: Mapping[str, Sequence[str]]
    gone: tuple[Model, ...]
    new: tuple[SeenModel, ...]


def match(provider: Provider, served: ServedNames, declared: DeclaredNames) -> Matches:
    """Match the declared models with those of the host, by name and, for the rest, by similarity."""
    found = map(served.find, provider.models.values())
    reached = frozenset(seen.id for seen in found if seen is not None)
    absent = tuple(model for model in provider.models.values() if model.upstream not in served)
    undeclared = _undeclared(served, declared)
    renames = probable_renames(
        {model.upstream: model.type for model in absent},
        {seen.id: seen.type for seen in undeclared if is_writable(seen.id)},
    )
    others = [model for model in absent if model.upstream not in renames]
    new_names = {model.id: renames[model.upstream].name for model in absent if model.upstream in renames}
    new_names |= _kept_names(others, served, declared, reached)
    peer_names = _peer_names(served)
    renamed = {rename.name for rename in renames.values()}
    return Matches(
        reached,
        absent,
        renames,
        new_names,
        peer_names,
        tuple(one for one in absent if one.id not in new_names and one.upstream not in peer_names),
        tuple(seen for seen in undeclared if seen.id not in renamed),
    )


def _undeclared(served: ServedNames, declared: DeclaredNames) -> list[SeenModel]:
    """The listed models that are neither declared nor ignored, sorted by id."""
    return [
        seen
        for seen in served.models
        if declared.every.isdisjoint(served.names[seen.id])
        and not (seen.is_unlisted or declared.ignores(seen.id))
    ]


def _kept_names(
    absent: Sequence[Model], served: ServedNames, declared: DeclaredNames, reached: frozenset[str]
) -> dict[str, str]:
    """Absent model -> the name to send, where the host serves another of its names: its id or an alias.

    Models that requests for another declared model reach, or that two absent models share, do not count.
    """
    found: dict[str, tuple[str, str]] = {}
    upstreams: dict[str, set[str]] = defaultdict(set)
    for model in absent:
        kept = _kept_name(model, served, declared, reached)
        if kept is not None:
            found[model.id] = kept
            upstreams[kept[0]].add(model.upstream)
    return {model_id: name for model_id, (target, name) in found.items() if len(upstreams[target]) == 1}


def _kept_name(
    model: Model, served: ServedNames, declared: DeclaredNames, reached: frozenset[str]
) -> tuple[str, str] | None:
    """The id on the host that another name of an absent model resolves to, and the name to send."""
    for name in (model.id, *model.aliases):
        seen = served.by_name.get(name)
        if seen is not None and seen.id not in reached:
            return seen.id, name if name == model.id else seen.id
    is_taken = model.id in served.by_name or model.id in declared.upstreams
    return (model.id, model.id) if model.id in served.other_names and not is_taken else None


def _peer_names(served: ServedNames) -> dict[str, list[str]]:
    """Name without the prefix of the peer -> the names of models of peers, if the host itself serves none."""
    names: dict[str, list[str]] = defaultdict(list)
    for name, role in sorted(served.other_names.items()):
        _, slash, short = name.partition("/")
        if role is NameRole.PEER and slash and short not in served:
            names[short].append(name)
    return dict(names)


@dataclass(frozen=True, slots=True)
class HostComparison:
    """One provider and its host: the input of every function in `findings`.

    `references` finds the mentions of models in fleet.yaml. `blockers` gives by composite id the reason why a
    model of any host that is gone cannot be removed yet.
    """

    provider: Provider
    observation: Observation
    served: ServedNames
    declared: DeclaredNames
    matches: Matches
    references: References
    blockers: Mapping[str, str] = field(default_factory=dict)

    @property
    def context(self) -> CheckContext:
        """The fleet as declared."""
        return self.references.context

    @property
    def label(self) -> Label:
        """A label on the provider's key, for findings about the whole host."""
        return self.context.key("providers", self.provider.id)

    @property
    def has_answer(self) -> bool:
        """True if the host was compared."""
        return self.observation.outcome is Outcome.ANSWERED

    def name_problem(self, name: str) -> str | None:
        """The reason why `name` cannot be one more id or alias, as a predicate; None if it can."""
        other = self.declared.by_folded.get(name.casefold())
        return id_problem(self.context, self.provider, name) or (
            other and f"differs from `{other}` by case only"
        )


def compare_hosts(
    references: References, observations: Mapping[str, Observation]
) -> dict[str, HostComparison]:
    """Provider -> comparison, in display order, for the providers with an observation."""
    hosts: dict[str, HostComparison] = {}
    for provider in references.context.fleet.providers.values():
        if provider.id in observations:
            observation = observations[provider.id]
            served, declared = ServedNames.of(observation), DeclaredNames.of(provider)
            matches = match(provider, served, declared)
            hosts[provider.id] = HostComparison(provider, observation, served, declared, matches, references)
    answered = [host for host in hosts.values() if host.has_answer]
    blockers = references.blockers(
        {model.composite_id for host in answered for model in host.matches.gone},
        (
            f"{host.provider.id}/{seen.id}"
            for host in answered
            if host.provider.location == "local"
            for seen in host.matches.new
            if host.name_problem(seen.id) is None
        ),
    )
    return {name: replace(host, blockers=blockers) for name, host in hosts.items()}
