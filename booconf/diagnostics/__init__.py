"""Report diagnostics: from a list of them to text in one of four formats.

Every stage returns its errors and warnings as values of the type `Diagnostic`; `text`, `json_format`,
`github` and `sarif` each render a list of them. `codes` lists every code with its title.
"""

from booconf.diagnostics.codes import CODES, Code, diagnose
from booconf.diagnostics.diagnostic import Diagnostic, Label, Position, Severity, Span

__all__ = ["CODES", "Code", "Diagnostic", "Label", "Position", "Severity", "Span", "diagnose"]
