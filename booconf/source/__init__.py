"""Read and edit the YAML text of a fleet: from bytes to plain data, and the span of any node on request.

YAML is read as version 1.2 core, strictly: every form that YAML versions or readers understand differently is
refused with a position and a correction, and size and depth are bounded. `mask` hides possible secrets in the
lines of the text; `editing` changes the text and keeps every byte that an edit does not concern.
"""

from collections.abc import Callable

from booconf.source.document import Document, Path, read_document
from booconf.source.emitter import yaml_scalar
from booconf.source.text import SourceText


def mask(source: SourceText, document: Document | None) -> Callable[[int], str]:
    """A function that returns a line by its number, from 1, with every possible secret as asterisks.

    Exact for a text that was read as a document; otherwise each line is masked after its first key. A masked
    line has the length of the original; the line of a number outside the text is empty.
    """
    if document is None:
        from booconf.source.redaction.secrets import mask_unparsed  # noqa: PLC0415 - only errors need it

        return lambda number: mask_unparsed(source.line(number))
    from booconf.source.redaction.document import MaskedDocument  # noqa: PLC0415 - as above

    return MaskedDocument(document).line


__all__ = ["Document", "Path", "SourceText", "mask", "read_document", "yaml_scalar"]
