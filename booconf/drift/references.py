"""Which lines of fleet.yaml name a model that is declared elsewhere in it, and so hold it there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import islice

from booconf.fleet.context import CheckContext
from booconf.fleet.limits import Pattern
from booconf.source import Path


class References:
    """What names the models of a fleet, in words that say where; asked by composite id.

    `original` is the fleet as its file has it now, when this is one that was edited since.
    """

    def __init__(self, examination: CheckContext, original: CheckContext | None = None) -> None:
        self.examination = examination
        self._original = original or examination
        self._matches: dict[str, set[str]] = {}

    def place(self, *path: str | int) -> str:
        """Where a value is written, as `fleet.yaml:12`."""
        span = self._original.document.value_span(path)
        return f"{span.file}:{span.start.line}"

    @cached_property
    def _overrides(self) -> list[tuple[str, Pattern, str]]:
        """The context overrides, in the order of the file, with what is said of each."""
        return [
            (override.match, Pattern.of(override.match), self.override(index))
            for index, override in enumerate(self.examination.declaration.context_overrides)
        ]

    def override(self, index: int) -> str:
        """A context override, and where it is written; one that came with an edit is written nowhere yet."""
        name = f"`{self.examination.declaration.context_overrides[index].match}`"
        is_new = index >= len(self._original.declaration.context_overrides)
        return name if is_new else f"{name} ({self.place('context_overrides', index)})"

    @cached_property
    def roles(self) -> Mapping[str, list[Path]]:
        """Composite id -> where fleet.yaml gives the model a role."""
        found: dict[str, list[Path]] = defaultdict(list)
        for path, target in self.examination.written_roles():
            found[target].append(path)
        return found

    @cached_property
    def by_name(self) -> Mapping[str, list[str]]:
        """Composite id -> the roles and legacy ids that name exactly this model."""
        found: dict[str, list[str]] = defaultdict(list)
        for target, paths in self.roles.items():
            found[target] += (f"the role `{path[1]}` names it ({self.place(*path)})" for path in paths)
        for bare_id, target in self.examination.fleet.legacy.bare_ids.items():
            place = self.place("legacy", "bare_ids", bare_id)
            found[target].append(f"the legacy id `{bare_id}` means it ({place})")
        return found

    def overrides_of(self, composite_id: str) -> list[str]:
        """The context overrides that match a model."""
        return [said for _, pattern, said in self._overrides if pattern.matches(composite_id)]

    def others(self, text: str, composite_id: str) -> bool:
        """Whether the pattern `text` matches a model other than this one."""
        return bool(self._first_matches(text) - {composite_id})

    def _first_matches(self, text: str) -> set[str]:
        """At most two of the models that match; looked for once for each pattern with a star."""
        if "*" not in text:
            return {text}
        if text not in self._matches:
            pattern = Pattern.of(text)
            ids = (model.composite_id for model in self.examination.fleet.models())
            self._matches[text] = set(islice(filter(pattern.matches, ids), 2))
        return self._matches[text]

    def held(self, leaving: AbstractSet[str], joining: Iterable[str]) -> Mapping[str, str]:
        """Of models that are to leave the fleet while others join it, those that cannot: what to do first."""
        named = {name: self.by_name[name] for name in leaving & self.by_name.keys()}
        return {
            **self._held_by_overrides(leaving - named.keys(), joining),
            **{name: f"{', '.join(lines)}; name another model there" for name, lines in named.items()},
        }

    def _held_by_overrides(self, leaving: AbstractSet[str], joining: Iterable[str]) -> dict[str, str]:
        """Of models that are to leave, those without which an override would match nothing."""
        declared = {model.composite_id for model in self.examination.fleet.models()}
        staying = (declared - leaving).union(joining)
        held: dict[str, str] = {}
        for text, pattern, said in self._overrides:
            if text in staying or ("*" in text and any(map(pattern.matches, staying))):
                continue
            for composite_id in filter(pattern.matches, leaving):
                held[composite_id] = f"the context override {said} matches nothing else; remove it"
            staying.update(held)
        return held
