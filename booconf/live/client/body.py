"""The body of an answer: taken in pieces, within its bound before and after decompression."""

import zlib

from booconf.live.json_decoder import InvalidContentError
from booconf.live.limits import LARGEST_BODY

ENCODINGS = "gzip"
"""What `Body` can decompress, as `Accept-Encoding` says it."""


class Body:
    """A body as it comes in, at most LARGEST_BODY bytes of it, both before and after decompression."""

    def __init__(self, encoding: str) -> None:
        """`encoding` is the `Content-Encoding`; InvalidContentError for one that was not asked for."""
        self.content = bytearray()
        self._received = 0
        match encoding.strip().lower():
            case "" | "identity":
                self._inflate = None
            case "gzip" | "x-gzip":
                self._inflate = zlib.decompressobj(zlib.MAX_WBITS | _GZIP)
            case _:
                raise InvalidContentError("is compressed in a way that was not asked for")

    def take(self, piece: bytes) -> None:
        """Add what came next; InvalidContentError when it is too much or cannot be decompressed."""
        self._received += len(piece)
        room = LARGEST_BODY - len(self.content)
        if self._inflate is None:
            self.content += piece[: room + 1]
        elif self._inflate.eof:
            raise InvalidContentError("is badly compressed")
        else:
            try:
                self.content += self._inflate.decompress(piece, room + 1)
            except zlib.error:
                raise InvalidContentError("is badly compressed") from None
        if max(self._received, len(self.content)) > LARGEST_BODY:
            self.content.clear()
            raise InvalidContentError(f"is larger than {LARGEST_BODY >> 20} MiB")

    def finish(self) -> None:
        """Nothing comes any more; InvalidContentError when something is missing or too much."""
        if self._inflate is not None and self._received:
            if not self._inflate.eof:
                raise InvalidContentError("ends too early")
            if self._inflate.unused_data:
                raise InvalidContentError("is badly compressed")


_GZIP = 16
"""Added to the window bits: a gzip header stands before the data (zlib manual, inflateInit2)."""
