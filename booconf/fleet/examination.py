"""What a rule gets to look at, and how it says what it found."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from booconf.declaration.format import FleetDeclaration
from booconf.diagnostics import CODES, Diagnostic, Label
from booconf.fleet.model import Fleet, Model
from booconf.fleet.resolve import Resolver
from booconf.source import Document


@dataclass(frozen=True)
class Examination:
    """The declaration, the fleet it gives, and the file both come from."""

    declaration: FleetDeclaration
    fleet: Fleet
    document: Document

    @cached_property
    def resolver(self) -> Resolver:
        """The resolver of the fleet, for rules that run when its references are known to be declared."""
        return Resolver(self.fleet)

    def key(self, *path: str | int, text: str = "") -> Label:
        """A label on the key, or the element of a list, that ends `path`."""
        return Label(self.document.key_span(path), text)

    def value(self, *path: str | int, text: str = "") -> Label:
        """A label on the value at `path`; on its key where the value is written nowhere."""
        return Label(self.document.value_span(path), text)

    def model_key(self, model: Model, text: str = "") -> Label:
        """A label on the id of a declared model."""
        return self.key("providers", model.provider, "models", model.id, text=text)


Rule = Callable[[Examination], Iterator[Diagnostic]]


def finding(
    code: str, message: str, primary: Label, *secondary: Label, write: str, notes: tuple[str, ...] = ()
) -> Diagnostic:
    """A diagnostic of `code` with its usual severity; `write` says what to write instead."""
    return Diagnostic(code, CODES[code].severity, message, primary, secondary, write, notes)
