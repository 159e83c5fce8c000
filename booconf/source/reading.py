"""Bytes of a YAML file to a Document, or to the diagnostics that say why not."""

from booconf.diagnostics import Diagnostic, Label, diagnose
from booconf.source.document import Document
from booconf.source.text import BREAKS_OF_YAML_1_1, SourceText

LARGEST = 64 * 1024 * 1024
"""The largest file that is read, in bytes."""

_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
_SAVE_AS_UTF_8 = "save the file as UTF-8 text"


def read_document(raw: bytes, name: str) -> Document | tuple[Diagnostic, ...]:
    """The document that `raw` holds, or at least one error; `name` is the path as the user gave it."""
    if len(raw) > LARGEST:
        limit = f"the file is larger than {LARGEST // 2**20} MiB"
        return (diagnose("BC108", limit, help="split the fleet, or remove what is not needed"),)
    if raw.startswith(_BYTE_ORDER_MARKS):
        return (diagnose("BC101", "the file is UTF-16 or UTF-32 text", help=_SAVE_AS_UTF_8),)
    if b"\0" in raw:
        return (_misplaced(raw, name, raw.index(b"\0"), "a NUL byte"),)
    try:
        source = SourceText.decode(raw, name, "strict")
    except UnicodeDecodeError as error:
        byte = f"the byte 0x{raw[error.start]:02X}, which is not UTF-8,"
        return (_misplaced(raw, name, error.start, byte),)
    from booconf.source.errors import Refusals, Stop  # noqa: PLC0415 - as below
    from booconf.source.loader import Building  # noqa: PLC0415 - imports yaml, which takes a while

    refusals = Refusals(source)
    has_breaks = not source.text.isascii() and BREAKS_OF_YAML_1_1.search(source.text)
    try:
        if has_breaks:
            for match in BREAKS_OF_YAML_1_1.finditer(source.text):
                refusals.break_character(match.start())
        data = Building(refusals).read(source.parser_text if has_breaks else source.text)
    except Stop:
        data = None
    return refusals.diagnostics() if refusals else Document(source, data)


def _misplaced(raw: bytes, name: str, offset: int, what: str) -> Diagnostic:
    """Say that `what` stands at `offset` in bytes, where no text can."""
    source = SourceText.decode(raw, name)
    place = len(SourceText.decode(raw[:offset], name).text)
    label = Label(source.span(place, place + 1))
    return diagnose("BC101", f"{what} stands here", label, help=_SAVE_AS_UTF_8)
