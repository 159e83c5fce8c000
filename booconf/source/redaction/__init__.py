"""Excerpts without secrets: a text and its document go in, a function that returns masked lines comes out."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from booconf.source.document import Document
    from booconf.source.text import SourceText


def mask(source: "SourceText", document: "Document | None") -> Callable[[int], str]:
    """A function that returns a line by its number, from 1, with every possible secret as asterisks.

    Exact for a text that was read as a document; otherwise each line is masked after its first key.
    """
    if document is None:
        from booconf.source.redaction.secrets import mask_unparsed  # noqa: PLC0415 - only errors need it

        return lambda number: mask_unparsed(source.line(number))
    from booconf.source.redaction.document import MaskedDocument  # noqa: PLC0415 - as above

    return MaskedDocument(document).line
