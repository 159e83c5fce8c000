"""Reading plain data of a known shape: every value knows the path to it, and says what is wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")

_LONGEST_PATH = 200
"""Code points of a path in a message; of a longer one the end is shown."""


class ShapeError(Exception):
    """A value has another shape than it must have; the message starts with its path, or with `this`."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its path, such as `providers.one.models[3].id`. Every method raises ShapeError."""

    value: object
    path: str

    def error(self, defect: str) -> ShapeError:
        """The error that this value has a defect, a clause such as `is no string`."""
        path = self.path if len(self.path) <= _LONGEST_PATH else f"...{self.path[-_LONGEST_PATH:]}"
        return ShapeError(f"`{path}` {defect}" if path else f"this {defect}")

    def members(self) -> "dict[str, Node]":
        """The members of an object with any keys."""
        if not isinstance(self.value, dict):
            raise self.error("is no object")
        prefix = f"{self.path}." if self.path else ""
        return {key: Node(value, prefix + key) for key, value in self.value.items()}

    def record(self, *keys: str) -> "list[Node]":
        """The members of an object with these keys and no others, in the order of `keys`."""
        members = self.members()
        for key, member in members.items():
            if key not in keys:
                raise member.error("is not known")
        for key in keys:
            if key not in members:
                raise self.error(f"has no `{key}`")
        return [members[key] for key in keys]

    def elements(self) -> "list[Node]":
        """The elements of a list."""
        if not isinstance(self.value, list):
            raise self.error("is no list")
        return [Node(value, f"{self.path}[{index}]") for index, value in enumerate(self.value)]

    def text(self) -> str:
        """A string."""
        if not isinstance(self.value, str):
            raise self.error("is no string")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """A list of strings."""
        return tuple(element.text() for element in self.elements())

    def word(self, words: Mapping[str, Result]) -> Result:
        """What one of some words stands for."""
        text = self.text()
        if text not in words:
            raise self.error(f"is none of {', '.join(words)}")
        return words[text]

    def number(self, largest: int) -> int:
        """A whole number from 1 to `largest`."""
        if type(self.value) is not int or not 0 < self.value <= largest:
            raise self.error(f"is no whole number from 1 to {largest}")
        return self.value

    def truth(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self.error("is neither true nor false")
        return self.value

    def optional(self, read: "Callable[[Node], Result]") -> Result | None:
        """What `read` makes of this value, or None for null."""
        return None if self.value is None else read(self)
