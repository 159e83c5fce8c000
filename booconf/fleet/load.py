"""From the bytes of fleet.yaml to a Fleet that may be compiled, or to everything that is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass

from booconf.declaration.schema import FleetDeclaration
from booconf.declaration.validate import read_declaration
from booconf.diagnostics import Diagnostic, Severity
from booconf.fleet.assemble import assemble_fleet
from booconf.fleet.context import CheckContext, Rule
from booconf.fleet.model import Fleet
from booconf.fleet.rules import DECLARATIONS, PROOFS
from booconf.source import Document, read_document


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What became of a file: the `context` of a valid one, or None and at least one error in `diagnostics`.

    `document` is None when the YAML itself could not be read.
    """

    diagnostics: tuple[Diagnostic, ...]
    document: Document | None = None
    context: CheckContext | None = None

    @property
    def fleet(self) -> Fleet | None:
        """The fleet of a file that passed."""
        return self.context.fleet if self.context else None


def load_fleet(raw: bytes, name: str) -> LoadResult:
    """Read, check and resolve; `name` is the path to show.

    A stage starts once the one before it is free of errors.
    """
    document = read_document(raw, name)
    if not isinstance(document, Document):
        return LoadResult(document)
    declaration = read_declaration(document)
    if not isinstance(declaration, FleetDeclaration):
        return LoadResult(declaration, document)
    context = CheckContext(declaration, assemble_fleet(declaration), document)
    diagnostics = tuple(_examine(context))
    failed = any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)
    return LoadResult(diagnostics, document, None if failed else context)


def _examine(context: CheckContext) -> Iterator[Diagnostic]:
    broken = False
    for diagnostic in _ask(DECLARATIONS, context):
        broken = broken or diagnostic.severity is Severity.ERROR
        yield diagnostic
    if not broken:
        yield from _ask(PROOFS, context)


def _ask(rules: tuple[Rule, ...], context: CheckContext) -> Iterator[Diagnostic]:
    for rule in rules:
        yield from rule(context)
