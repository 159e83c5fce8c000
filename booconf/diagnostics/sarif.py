"""Reports for code scanning: a SARIF 2.1.0 log with one run (OASIS standard of 27 March 2020)."""

import json
from pathlib import PurePath
from urllib.parse import quote

from booconf.diagnostics.catalog import CODES
from booconf.diagnostics.diagnostic import Diagnostic, Label, Span
from booconf.diagnostics.escaping import escaped
from booconf.diagnostics.pages import rule_page
from booconf.diagnostics.report import Report, body

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(report: Report) -> str:
    """The log, in ASCII; texts are escaped as in every format. Its rules are those with a result, by code."""
    codes = sorted({diagnostic.code for diagnostic in report.diagnostics})
    indexes = {code: index for index, code in enumerate(codes)}
    rules = [_rule(code) for code in codes]
    run = {
        "tool": {"driver": {"name": "booconf", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, indexes[diagnostic.code]) for diagnostic in report.diagnostics],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str) -> dict[str, object]:
    known, page = CODES.get(code), rule_page(code)
    rule: dict[str, object] = {"id": escaped(code)}
    if known:
        rule["shortDescription"] = {"text": known.title}
        rule["defaultConfiguration"] = {"level": known.severity}
    if page:
        rule["help"] = {"text": f"booconf rule {code}", "markdown": page}
    return rule


def _result(diagnostic: Diagnostic, rule_index: int) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": escaped(diagnostic.code),
        "ruleIndex": rule_index,
        "level": diagnostic.severity,
        "message": {"text": body(diagnostic)},
        "locations": [_location(diagnostic.primary)] if diagnostic.primary else [],
    }
    if diagnostic.secondary:
        result["relatedLocations"] = [
            {"id": number, **_location(label)} for number, label in enumerate(diagnostic.secondary, 1)
        ]
    return result


def _location(label: Label) -> dict[str, object]:
    span = label.span
    region = {
        "startLine": span.start.line,
        "startColumn": span.start.column,
        "endLine": span.end.line,
        "endColumn": span.end.column,
    }
    location: dict[str, object] = {
        "physicalLocation": {"artifactLocation": {"uri": _uri(span)}, "region": region}
    }
    return {**location, "message": {"text": escaped(label.text)}} if label.text else location


def _uri(span: Span) -> str:
    """The file as a URI: relative where its path is, else of scheme file; Windows backslashes are turned."""
    path = PurePath(span.file)
    name = quote(path.as_posix(), errors="surrogatepass")
    return name if not path.is_absolute() else f"file://{name}" if name.startswith("/") else f"file:///{name}"
