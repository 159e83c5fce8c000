"""Texts of fleet.yaml for tests, the fleets loaded from them, and the diagnostics they cause."""

from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

from booconf.cli.fleet_file import load as check
from booconf.declaration.schema import FleetDeclaration
from booconf.declaration.validate import read_declaration
from booconf.diagnostics import Diagnostic, Span
from booconf.fleet.load import LoadResult, load_fleet
from booconf.fleet.model import Fleet
from booconf.live import adapter_of
from booconf.source import Document, read_document
from booconf.targets import TARGETS

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "fleet.yaml"
FLEET_FIXTURES = ROOT / "tests" / "fixtures" / "fleets"
"""Valid fleets, one per file; each covers another part of the format."""

LOCAL = """\
one:
  kind: llama-swap
  base_url: http://127.0.0.1:8001
  models:
    a: {context: 32768, capabilities: [tools]}
    b: {context: 16384}
    e: {type: embedding}
"""
"""A local provider with two chat models and an embedding model."""

OTHER = """\
two:
  kind: llama-server
  base_url: http://127.0.0.1:8002
  models:
    a: {context: 32768, capabilities: [tools]}
    c: {context: 32768}
"""
"""A second local provider, which also has a model `a`."""

CLOUD = """\
sky:
  kind: openai-compatible
  location: cloud
  base_url: https://sky.example
  api_key_env: SKY_KEY
  models:
    big: {context: 1000000}
"""
"""A cloud provider."""


def fleet_text(
    *providers: str, roles: str = "default: one/a", default_provider: str = "one", rest: str = ""
) -> str:
    """The text of a fleet; `providers` are the mappings below that key, LOCAL when none is given."""
    blocks = "".join(indent(provider, "  ") for provider in providers or (LOCAL,))
    return (
        f"version: 1\ndefault_provider: {default_provider}\nroles:\n{indent(roles, '  ')}\n"
        f"providers:\n{blocks}{rest}"
    )


def load(text: str) -> LoadResult:
    """The result of loading a fleet.yaml with this text."""
    return load_fleet(text.encode("utf-8"), "fleet.yaml", adapter_of)


def read_unchecked(text: str) -> tuple[Document, FleetDeclaration] | None:
    """Document and declaration of `text`, not checked by `fleet/`; None if the schema rejects it."""
    document = read_document(text.encode("utf-8"), "fleet.yaml")
    if not isinstance(document, Document):
        return None
    declaration = read_declaration(document)
    return (document, declaration) if isinstance(declaration, FleetDeclaration) else None


def fleet_of(text: str) -> Fleet:
    """The fleet that `text` declares; fails if `text` has an error."""
    loading = load(text)
    assert loading.fleet is not None, loading.diagnostics
    return loading.fleet


@dataclass(frozen=True, slots=True)
class ExpectedDiagnostic:
    """A diagnostic as a reader sees it: its code, and the texts of its primary and secondary spans."""

    code: str
    at: str
    also: tuple[str, ...] = ()


def diagnose_text(text: str) -> tuple[Diagnostic, ...]:
    """The diagnostics of a fleet as `booconf check` reports them, losses of all targets included."""
    return check(text.encode("utf-8"), "fleet.yaml", TARGETS).diagnostics


def diagnostics_of(text: str) -> list[ExpectedDiagnostic]:
    """The diagnostics of a fleet, in the order of discovery."""
    return [_expected(text, diagnostic) for diagnostic in diagnose_text(text)]


def diagnostics_with_code(text: str, code: str) -> list[ExpectedDiagnostic]:
    """The diagnostics of a fleet that have this code."""
    return [one for one in diagnostics_of(text) if one.code == code]


def underlined(text: str, span: Span) -> str:
    """The text of a single-line span."""
    assert span.start.line == span.end.line, span
    return f"{text}\n".splitlines()[span.start.line - 1][span.start.column - 1 : span.end.column - 1]


def _expected(text: str, diagnostic: Diagnostic) -> ExpectedDiagnostic:
    primary = underlined(text, diagnostic.primary.span) if diagnostic.primary else ""
    return ExpectedDiagnostic(
        diagnostic.code, primary, tuple(underlined(text, label.span) for label in diagnostic.secondary)
    )


def sample_fleets() -> dict[str, str]:
    """The committed fleet and all of FLEET_FIXTURES: name -> text."""
    fixtures = {path.stem: path.read_text("utf-8") for path in sorted(FLEET_FIXTURES.glob("*.yaml"))}
    return {"committed": COMMITTED.read_text("utf-8"), **fixtures}
