"""Lines of a document with every possible secret replaced by asterisks of the same length."""

from bisect import bisect_right
from typing import TYPE_CHECKING

from booconf.source.redaction.secrets import (
    is_secret_name,
    mask_assignments,
    mask_comment,
    masked,
    may_be_quoted,
    url_secrets,
)
from booconf.source.redaction.visible_keys import FORMAT_KEYS, VARIABLE, Shape, Visibility, shape_below
from booconf.source.spans import FLOW_SCALAR, ROOT

if TYPE_CHECKING:
    from booconf.source.document import Document


class MaskedDocument:
    """The lines of a document, masked.

    Masked are header values, userinfo and queries of URLs, values of another shape than the format has in
    their place, and in comments the values of keys that FORMAT_KEYS does not show.
    """

    def __init__(self, document: "Document") -> None:
        self.source = document.source
        self.nodes = document.nodes
        self.hidden: list[tuple[int, int]] = []
        if document.data is not None:
            self._find(document.data)
        self.hidden.sort()

    def line(self, number: int) -> str:
        """Line `number`, counted from 1, masked; empty outside the file."""
        start, end = self.source.line_extent(number)
        comment_start = self._comment(start, end)
        text = self.source.text
        shown = mask_assignments(text[start:comment_start])
        if comment_start < end:
            mask = masked if self._has_hidden(start, end) else mask_comment
            shown += mask(text[comment_start:end])
        first = bisect_right(self.hidden, (start, 0)) - 1
        for index in range(max(first, 0), len(self.hidden)):
            hidden_start, hidden_end = self.hidden[index]
            if hidden_start >= end:
                break
            left, right = max(hidden_start - start, 0), max(min(hidden_end, end) - start, 0)
            shown = shown[:left] + masked(shown[left:right]) + shown[max(left, right) :]
        return shown

    def _has_hidden(self, start: int, end: int) -> bool:
        """True if a hidden range starts between two offsets."""
        index = bisect_right(self.hidden, (start, start))
        return index < len(self.hidden) and self.hidden[index][0] <= end

    def _comment(self, start: int, end: int) -> int:
        """The offset of the comment of a line; the end of the line when it has none."""
        text = self.source.text
        place = text.find("#", start, end)
        while place >= 0:
            node = bisect_right(self.nodes.start, place) - 1
            is_inside = node >= 0 and self.nodes.kind[node] == FLOW_SCALAR and place < self.nodes.end[node]
            if not is_inside and (place == start or text[place - 1] in " \t"):
                return place
            place = text.find("#", place + 1, end)
        return end

    def _find(self, data: object) -> None:
        """Collect the ranges to hide, including values of another shape than their place has."""
        waiting: list[tuple[int, object, Shape | None, str]] = [(ROOT, data, FORMAT_KEYS, "")]
        while waiting:
            node, value, shape, key = waiting.pop()
            if isinstance(value, dict) and isinstance(shape, dict):
                for name, (key_number, number) in self.nodes.children(node, value).items():
                    below = shape_below(shape, str(name))
                    if below in (None, Visibility.NONE):
                        self._find_in_key(key_number, str(name))
                    waiting.append((number, value[name], below, str(name)))
            elif isinstance(value, list) and (
                isinstance(shape, tuple) or shape in (Visibility.FULL, Visibility.URL)
            ):
                item = shape[0] if isinstance(shape, tuple) else shape
                for index, (_, number) in self.nodes.children(node, value).items():
                    waiting.append((number, value[int(index)], item, key))
            elif value is not None:
                self._find_in_scalar(node, value, shape, key)

    def _find_in_key(self, node: int, key: str) -> None:
        """Hide a key that may contain a secret; an empty range hides the comment on its line."""
        start, end = self.nodes.start[node], self.nodes.end[node]
        self.hidden.append((end if may_be_quoted(key) else start, end))

    def _find_in_scalar(self, node: int, value: object, shape: Shape | None, key: str) -> None:
        start, end = self.nodes.start[node], self.nodes.end[node]
        is_scalar = not isinstance(value, dict | list)
        is_variable = shape is not Visibility.VARIABLE or VARIABLE.fullmatch(str(value))
        is_shown = isinstance(shape, Visibility) and shape is not Visibility.NONE and is_variable
        if not is_scalar or not is_shown or is_secret_name(key):
            self.hidden.append((start, end))
        elif shape is Visibility.URL:
            parts = url_secrets(self.source.text[start:end])
            self.hidden.extend((start + left, start + right) for left, right in parts)
