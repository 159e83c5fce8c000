"""The YAML text of a fleet: bytes go in, plain data comes out, with a span for any node when asked.

YAML is read as version 1.2 core, strictly: what YAML versions or readers understand differently is refused
with a position and a way out, and size and depth are bounded. `mask` hides what may be a secret in its lines;
`editing` changes the text and leaves alone what it does not change.
"""

from collections.abc import Callable

from booconf.source.document import Document, Path
from booconf.source.emitter import yaml_scalar
from booconf.source.reading import read_document
from booconf.source.text import SourceText


def mask(source: SourceText, document: Document | None) -> Callable[[int], str]:
    """A function that returns a line by its number, counted from 1, with all that may be a secret hidden.

    Exact where the text was read into a document; on the safe side, line by line, where it was not.
    """
    if document is None:
        from booconf.source.redaction.unparsed import MaskedLines  # noqa: PLC0415 - only errors need it

        return MaskedLines(source).line
    from booconf.source.redaction.document import MaskedDocument  # noqa: PLC0415 - as above

    return MaskedDocument(document).line


__all__ = ["Document", "Path", "SourceText", "mask", "read_document", "yaml_scalar"]
