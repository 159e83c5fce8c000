"""The input of a rule, and its diagnostics."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from booconf.declaration.schema import FleetDeclaration
from booconf.diagnostics import Diagnostic, Label, diagnose
from booconf.escaping import quote
from booconf.fleet.model import FactsOf, Fleet, Model
from booconf.fleet.resolve import Resolver
from booconf.source import Document, Path

MOST_SUGGESTIONS = 50
"""Diagnostics of one rule that suggest a name; each search reads all declared names."""


class SuggestionBudget:
    """Counts the suggestions of one run of a rule, so that many bad references take linear time."""

    def __init__(self) -> None:
        self._left = MOST_SUGGESTIONS

    def take(self) -> bool:
        """True for the first MOST_SUGGESTIONS calls."""
        self._left -= 1
        return self._left >= 0


@dataclass(frozen=True)
class CheckContext:
    """The input of a rule: a declaration, the fleet assembled from it, their file, and facts about kinds."""

    declaration: FleetDeclaration
    fleet: Fleet
    document: Document
    facts_of: FactsOf

    @cached_property
    def resolver(self) -> Resolver:
        """The resolver of the fleet; only for rules that run once all its references are declared."""
        return Resolver(self.fleet)

    @cached_property
    def ids_by_name(self) -> Mapping[str, list[str]]:
        """Model id -> the composite ids of the models with that id, in display order."""
        return _by_name(self.fleet.models())

    @cached_property
    def chat_ids_by_name(self) -> Mapping[str, list[str]]:
        """As `ids_by_name`, for chat models only."""
        return _by_name(self.fleet.chat_models())

    def coding_roles(self) -> Iterator[tuple[Path, Model]]:
        """The path and the chat model of each role that writes code: the default, the arena, and agents.

        A role without a declared chat model is left out; BC302 and BC303 report it.
        """
        for path, target in self.fleet.written_roles():
            model = self.fleet.find_model(target)
            if model and model.type == "chat" and path not in (("roles", "task"), ("roles", "compaction")):
                yield path, model

    def key(self, *path: str | int, text: str = "") -> Label:
        """A label on the last key, or list element, of `path`."""
        return Label(self.document.key_span(path), text)

    def value(self, *path: str | int, text: str = "") -> Label:
        """A label on the value at `path`, or on its key if it has none."""
        return Label(self.document.value_span(path), text)

    def model_key(self, model: Model, text: str = "") -> Label:
        """A label on the id of a declared model."""
        return self.key("providers", model.provider, "models", model.id, text=text)


def role_name(path: Path) -> str:
    """The role or agent at `path`, as in `Fleet.written_roles`, in a message: "agent `plan`"."""
    return f"agent {quote(str(path[-1]))}" if path[0] == "opencode" else f"role `{path[1]}`"


Rule = Callable[[CheckContext], Iterator[Diagnostic]]


def diagnostic(code: str, message: str, primary: Label, *secondary: Label, advice: str) -> Diagnostic:
    """A diagnostic of `code` with its usual severity, and `advice` as its help text."""
    return diagnose(code, message, primary, secondary, advice)


def _by_name(models: Iterable[Model]) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for model in models:
        ids.setdefault(model.id, []).append(model.composite_id)
    return ids
