"""The formats a report can be printed in; a renderer that nobody asked for is never imported."""

from importlib import import_module

from booconf.diagnostics.report import Report

FORMATS: dict[str, str] = {
    "text": "booconf.diagnostics.text",
    "json": "booconf.diagnostics.json_format",
    "github": "booconf.diagnostics.github",
    "sarif": "booconf.diagnostics.sarif",
}
"""Format name -> its module, each with one function `render(report) -> str`; only text knows color."""


def render(report: Report, name: str, *, color: bool = False) -> str:
    """`report` in the format called `name`; an empty report is empty text, but a document for programs."""
    module = import_module(FORMATS[name])
    rendered: str = module.render(report, color=True) if color and name == "text" else module.render(report)
    return rendered
