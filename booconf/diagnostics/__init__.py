"""What booconf says about a file: findings go in, a report in one of four formats comes out.

Every stage returns findings as values of the one type `Diagnostic`; `text`, `json`, `github` and `sarif`
each render a list of them. Codes and their titles are listed once, in `catalog`.
"""

from booconf.diagnostics.codes import CODES, Code, diagnose
from booconf.diagnostics.diagnostic import Diagnostic, Label, Position, Severity, Span

__all__ = ["CODES", "Code", "Diagnostic", "Label", "Position", "Severity", "Span", "diagnose"]
