"""Patterns over ids: `*` is any run of characters, `/` included; everything else is itself, case included."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern cut at its stars; `matches` takes time linear in the text for each piece."""

    pieces: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Pattern":
        """The pattern written as `text`."""
        return cls(tuple(text.split("*")))

    def matches(self, text: str) -> bool:
        """Whether the whole of `text` fits."""
        first, *rest = self.pieces
        if not rest:
            return text == first
        *middle, last = rest
        if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
            return False
        position, end = len(first), len(text) - len(last)
        for piece in middle:
            position = text.find(piece, position, end)
            if position < 0:
                return False
            position += len(piece)
        return True
