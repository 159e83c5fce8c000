"""Which lines of fleet.yaml name a model that is declared elsewhere in it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import islice

from booconf.fleet.examination import Examination
from booconf.fleet.patterns import Pattern


class References:
    """What names the models of a fleet, in words that say where; asked by composite id."""

    def __init__(self, examination: Examination) -> None:
        self._examination = examination
        self._matches: dict[str, set[str]] = {}
        self._overrides = [
            (Pattern.of(override.match), override.match, self.place("context_overrides", index))
            for index, override in enumerate(examination.declaration.context_overrides)
        ]

    def place(self, *path: str | int) -> str:
        """Where a value is written, as `fleet.yaml:12`."""
        span = self._examination.document.value_span(path)
        return f"{span.file}:{span.start.line}"

    @cached_property
    def by_name(self) -> Mapping[str, list[str]]:
        """Composite id -> the roles and legacy ids that name exactly this model."""
        found: dict[str, list[str]] = defaultdict(list)
        for path, target in self._examination.written_roles():
            found[target].append(f"the role `{path[1]}` names it ({self.place(*path)})")
        for bare_id, target in self._examination.fleet.legacy.bare_ids.items():
            place = self.place("legacy", "bare_ids", bare_id)
            found[target].append(f"the legacy id `{bare_id}` means it ({place})")
        return found

    def overrides_of(self, composite_id: str) -> list[str]:
        """The context overrides that match a model."""
        return [
            f"`{text}` ({place})" for pattern, text, place in self._overrides if pattern.matches(composite_id)
        ]

    def others(self, text: str, composite_id: str) -> bool:
        """Whether the pattern `text` matches a model other than this one."""
        return bool(self._first_matches(text) - {composite_id})

    def _first_matches(self, text: str) -> set[str]:
        """At most two of the models that match; looked for once for each pattern."""
        if text not in self._matches:
            pattern = Pattern.of(text)
            ids = (model.composite_id for model in self._examination.fleet.models())
            self._matches[text] = set(islice(filter(pattern.matches, ids), 2))
        return self._matches[text]

    def held_by_overrides(self, leaving: set[str], joining: Iterable[str]) -> dict[str, str]:
        """Of models that are to leave the fleet, those without which an override would match nothing."""
        declared = {model.composite_id for model in self._examination.fleet.models()}
        staying = (declared - leaving).union(joining)
        held: dict[str, str] = {}
        for pattern, text, place in self._overrides:
            if text in staying or ("*" in text and any(map(pattern.matches, staying))):
                continue
            for composite_id in filter(pattern.matches, leaving):
                held[composite_id] = (
                    f"the context override `{text}` ({place}) matches nothing else; remove it"
                )
            staying.update(held)
        return held
