"""Reports for code scanning: a SARIF 2.1.0 log with one run (OASIS standard of 27 March 2020)."""

import json
from pathlib import PurePath
from urllib.parse import quote

from booconf.diagnostics.codes import CODES, rule_page
from booconf.diagnostics.diagnostic import Diagnostic, Label
from booconf.diagnostics.report import Report, body
from booconf.escaping import escaped

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(report: Report) -> str:
    """The log, in ASCII; texts are escaped as in every format. Its rules are the codes of its results."""
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
    command = f"booconf rule {code}"
    return {
        "id": code,
        "shortDescription": {"text": CODES[code].title},
        "help": {"text": command, "markdown": rule_page(code) or command},
        "defaultConfiguration": {"level": CODES[code].severity},
    }


def _result(diagnostic: Diagnostic, rule_index: int) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": diagnostic.code,
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
        "physicalLocation": {"artifactLocation": {"uri": file_uri(PurePath(span.file))}, "region": region}
    }
    return {**location, "message": {"text": escaped(label.text)}} if label.text else location


def file_uri(path: PurePath) -> str:
    """A relative reference for a relative path, else a URI of scheme file; defined for every path."""
    name = quote(path.as_posix(), safe="/:" if path.is_absolute() else "/", errors="surrogatepass")
    if not path.is_absolute():
        return name
    return f"file:{name}" if path.drive.startswith("\\\\") else f"file:///{name.lstrip('/')}"
