"""Load fleet.yaml: from its bytes to a valid Fleet or a diagnostic for every mistake."""

from collections.abc import Iterator
from dataclasses import dataclass

from booconf.declaration.schema import FleetDeclaration
from booconf.declaration.validate import read_declaration
from booconf.diagnostics import Diagnostic, Severity
from booconf.fleet.assemble import assemble_fleet
from booconf.fleet.context import CheckContext
from booconf.fleet.model import FactsOf, Fleet
from booconf.fleet.rules import DECLARATIONS, PROOFS
from booconf.source import Document, read_document


@dataclass(frozen=True, slots=True)
class LoadResult:
    """The `context` of a valid file, or None and at least one error in `diagnostics`.

    `document` is None if the YAML cannot be read.
    """

    diagnostics: tuple[Diagnostic, ...]
    document: Document | None = None
    context: CheckContext | None = None

    @property
    def fleet(self) -> Fleet | None:
        """The fleet of a valid file, else None."""
        return self.context.fleet if self.context else None


def load_fleet(raw: bytes, name: str, facts_of: FactsOf) -> LoadResult:
    """Read, check and assemble the fleet in `raw`; `name` is the path shown in diagnostics.

    `facts_of` is `live.adapter_of`: this layer must not import the adapters.
    A stage starts only if the previous one reported no error.
    """
    document = read_document(raw, name)
    if not isinstance(document, Document):
        return LoadResult(document)
    declaration = read_declaration(document)
    if not isinstance(declaration, FleetDeclaration):
        return LoadResult(declaration, document)
    context = CheckContext(declaration, assemble_fleet(declaration), document, facts_of)
    diagnostics = tuple(_check(context))
    failed = any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)
    return LoadResult(diagnostics, document, None if failed else context)


def _check(context: CheckContext) -> Iterator[Diagnostic]:
    failed = False
    for rule in DECLARATIONS:
        for diagnostic in rule(context):
            failed = failed or diagnostic.severity is Severity.ERROR
            yield diagnostic
    if not failed:
        for proof in PROOFS:
            yield from proof(context)
