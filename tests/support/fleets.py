"""Fleets for tests: texts of fleet.yaml, what becomes of them, and what is said about them."""

from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

from booconf.declaration.schema import FleetDeclaration
from booconf.declaration.validate import read_declaration
from booconf.diagnostics import Diagnostic, Span
from booconf.fleet.load import Loading, load_fleet
from booconf.fleet.model import Fleet
from booconf.source import Document, read_document

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "fleet.yaml"
TELLING = Path(__file__).parent / "telling"
"""Valid fleets, each telling in its own way."""

LOCAL = """\
one:
  kind: llama-swap
  base_url: http://127.0.0.1:8001
  models:
    a: {context: 32768}
    b: {context: 16384}
    e: {type: embedding}
"""
"""A local provider with two chat models and one that embeds."""

OTHER = """\
two:
  kind: llama-server
  base_url: http://127.0.0.1:8002
  models:
    a: {context: 32768}
    c: {context: 32768}
"""
"""Another local provider, which also has a model `a`."""

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


def load(text: str) -> Loading:
    """What becomes of a fleet.yaml with this text."""
    return load_fleet(text.encode("utf-8"), "fleet.yaml")


def unjudged(text: str) -> tuple[Document, FleetDeclaration] | None:
    """A file with this text and what it declares, whatever the rules say; None where its shape is wrong."""
    document = read_document(text.encode("utf-8"), "fleet.yaml")
    if not isinstance(document, Document):
        return None
    declaration = read_declaration(document)
    return (document, declaration) if isinstance(declaration, FleetDeclaration) else None


def fleet_of(text: str) -> Fleet:
    """The fleet that `text` declares; fails when an error stands in it."""
    loading = load(text)
    assert loading.fleet is not None, loading.diagnostics
    return loading.fleet


@dataclass(frozen=True, slots=True)
class Said:
    """A diagnostic as a reader meets it: its code, the text it underlines, and the texts it points to."""

    code: str
    at: str
    also: tuple[str, ...] = ()


def said(text: str) -> list[Said]:
    """What is said about a fleet, in the order in which it was found."""
    return [_said(text, diagnostic) for diagnostic in load(text).diagnostics]


def said_with(text: str, code: str) -> list[Said]:
    """What is said about a fleet under one code."""
    return [one for one in said(text) if one.code == code]


def underlined(text: str, span: Span) -> str:
    """The text of a span that stands in one line."""
    assert span.start.line == span.end.line, span
    return f"{text}\n".splitlines()[span.start.line - 1][span.start.column - 1 : span.end.column - 1]


def _said(text: str, diagnostic: Diagnostic) -> Said:
    primary = underlined(text, diagnostic.primary.span) if diagnostic.primary else ""
    return Said(
        diagnostic.code, primary, tuple(underlined(text, label.span) for label in diagnostic.secondary)
    )


def telling_fleets() -> dict[str, str]:
    """Texts of valid fleets that show what artifacts must cope with, by name."""
    written = [COMMITTED, *TELLING.glob("*.yaml"), *(ROOT / "tests" / "targets" / "fleets").glob("*.yaml")]
    texts = {path.stem: path.read_text("utf-8") for path in written}
    return {"committed": texts.pop("fleet"), **dict(sorted(texts.items()))}
