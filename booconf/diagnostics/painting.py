"""The colors of text for people, the same in every report."""

from booconf.diagnostics.diagnostic import Severity

SEVERITY_STYLES = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}
STRONG, FAINT, FRAME = "1", "2", "1;34"


def paint(style: str, text: str, *, color: bool) -> str:
    """`text`, in color if there is any and something to see; an empty style is none."""
    return f"\x1b[{style}m{text}\x1b[0m" if color and style and text.strip() else text
