"""Mentions of models in fleet.yaml, which can block a removal, and names that cannot be declared."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import islice

from booconf.declaration.ids import declared_model_id_problem
from booconf.drift.quoting import UNWRITABLE
from booconf.fleet.context import CheckContext, role_name
from booconf.fleet.limits import Pattern
from booconf.fleet.model import Provider
from booconf.fleet.resolve import ResolutionError
from booconf.source import Path


class References:
    """The mentions of the models of a fleet, by composite id, each with its line.

    `original` is the fleet in the file, where `context` is an edited one: lines refer to the file.
    """

    def __init__(self, context: CheckContext, original: CheckContext | None = None) -> None:
        self.context = context
        self._original = original or context
        self._matches: dict[str, set[str]] = {}

    def _location(self, *path: str | int) -> str:
        """The file and line of a value, as `fleet.yaml:12`."""
        span = self._original.document.value_span(path)
        return f"{span.file}:{span.start.line}"

    @cached_property
    def _overrides(self) -> list[tuple[str, Pattern, str]]:
        """Pattern text, pattern and description of each context override, in the order of the file."""
        return [
            (override.match, Pattern.of(override.match), self.describe_override(index))
            for index, override in enumerate(self.context.declaration.context_overrides)
        ]

    def describe_override(self, index: int) -> str:
        """The pattern of a context override, and its line unless an edit has added it."""
        name = f"`{self.context.declaration.context_overrides[index].match}`"
        is_new = index >= len(self._original.declaration.context_overrides)
        return name if is_new else f"{name} ({self._location('context_overrides', index)})"

    @cached_property
    def roles(self) -> Mapping[str, list[Path]]:
        """Composite id -> the paths of the roles that fleet.yaml gives the model."""
        found: dict[str, list[Path]] = defaultdict(list)
        for path, target in self.context.fleet.written_roles():
            found[target].append(path)
        return found

    @cached_property
    def _mentions(self) -> Mapping[str, list[str]]:
        """Composite id -> the roles and legacy ids that name exactly this model."""
        found: dict[str, list[str]] = defaultdict(list)
        for target, paths in self.roles.items():
            found[target] += (f"the {role_name(path)} names it ({self._location(*path)})" for path in paths)
        for bare_id, target in self.context.fleet.legacy.bare_ids.items():
            location = self._location("legacy", "bare_ids", bare_id)
            found[target].append(f"the legacy id `{bare_id}` means it ({location})")
        return found

    def overrides_of(self, composite_id: str) -> list[str]:
        """The context overrides that match a model."""
        return [described for _, pattern, described in self._overrides if pattern.matches(composite_id)]

    def matches_others(self, text: str, composite_id: str) -> bool:
        """True if the pattern `text` matches a model other than this one."""
        return bool(self._first_matches(text) - {composite_id})

    def _first_matches(self, text: str) -> set[str]:
        """At most two of the models that match; computed once for each pattern with a star."""
        if "*" not in text:
            return {text}
        if text not in self._matches:
            pattern = Pattern.of(text)
            ids = (model.composite_id for model in self.context.fleet.models())
            self._matches[text] = set(islice(filter(pattern.matches, ids), 2))
        return self._matches[text]

    def blockers(self, leaving: AbstractSet[str], joining: Iterable[str]) -> Mapping[str, str]:
        """Composite id -> why a model of `leaving` cannot be removed, and the edit that it needs first.

        `joining` are the composite ids of models that are added at the same time.
        """
        named = {name: self._mentions[name] for name in leaving & self._mentions.keys()}
        return {
            **self._blocking_overrides(leaving - named.keys(), joining),
            **{name: f"{', '.join(lines)}; name another model there" for name, lines in named.items()},
        }

    def _blocking_overrides(self, leaving: AbstractSet[str], joining: Iterable[str]) -> dict[str, str]:
        """Composite id -> the override that would match no model after the removal."""
        declared = {model.composite_id for model in self.context.fleet.models()}
        remaining = (declared - leaving).union(joining)
        blocked: dict[str, str] = {}
        for text, pattern, described in self._overrides:
            if text in remaining or ("*" in text and any(map(pattern.matches, remaining))):
                continue
            for composite_id in filter(pattern.matches, leaving):
                blocked[composite_id] = f"the context override {described} matches nothing else; remove it"
            remaining.update(blocked)
        return blocked


def id_problem(context: CheckContext, provider: Provider, name: str) -> str | None:
    """The reason why `name` cannot be an id or alias of a provider, as a predicate; None if it can."""
    return (
        declared_model_id_problem(name)
        or ("contains bytes that are no text" if UNWRITABLE in name else None)
        or _other_meaning(context, provider, name)
    )


def _other_meaning(context: CheckContext, provider: Provider, name: str) -> str | None:
    """The other meaning of a name on its own, for which BC305, BC308 or BC321 would reject it as an id."""
    fleet = context.fleet
    if provider.id == fleet.default_provider:
        first, slash, _ = name.partition("/")
        if slash and (first in fleet.providers or first in fleet.legacy.providers):
            return f"reads as an id of the provider `{first}`"
        if name in fleet.legacy.bare_ids:
            return f"is a legacy id, which means `{fleet.legacy.bare_ids[name]}`"
    elif provider.location == "local":
        try:
            resolved = context.resolver.find(name)
        except ResolutionError:
            return None
        if resolved.provider.location == "cloud":
            return f"resolves to the cloud provider `{resolved.provider.id}`"
    return None
