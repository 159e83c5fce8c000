"""Reading plain data of a known shape."""

from collections.abc import Callable
from typing import Any

import pytest

from booconf.live.json_node import Node, ShapeError

Read = Callable[[Node], Any]

DOCUMENT = {"a": [{"b": "x"}, {"b": 5}], "c": {"d": None}}


def record(node: Node) -> list[object]:
    """The values of an object with the keys `x` and `y`."""
    return [member.value for member in node.record("x", "y")]


def positive(node: Node) -> int:
    """A number up to nine."""
    return node.number(9)


def color(node: Node) -> int:
    """The number of a color."""
    return node.word({"red": 1, "blue": 2})


@pytest.mark.parametrize(
    ("read", "value", "result"),
    [
        (record, {"y": 2, "x": 1}, [1, 2]),
        (Node.text, "a", "a"),
        (Node.text, "", ""),
        (Node.texts, ["a", ""], ("a", "")),
        (Node.texts, [], ()),
        (color, "blue", 2),
        (positive, 1, 1),
        (positive, 9, 9),
        (lambda node: node.optional(Node.text), "a", "a"),
        (lambda node: node.optional(Node.text), None, None),
    ],
)
def test_what_has_the_shape_is_read(read: Read, value: object, result: object) -> None:
    assert read(Node(value, "p")) == result


@pytest.mark.parametrize(
    ("read", "value", "message"),
    [
        (record, {"x": 1}, "`p` has no `y`"),
        (record, {"x": 1, "y": 2, "z": 3}, "`p.z` is not known"),
        (record, [], "`p` is no object"),
        (Node.members, "a", "`p` is no object"),
        (Node.elements, {}, "`p` is no list"),
        (Node.text, 5, "`p` is no string"),
        (Node.text, None, "`p` is no string"),
        (Node.texts, "a", "`p` is no list"),
        (Node.texts, ["a", 5], "`p[1]` is no string"),
        (color, "green", "`p` is none of red, blue"),
        (color, None, "`p` is no string"),
        (positive, 0, "`p` is no whole number from 1 to 9"),
        (positive, 10, "`p` is no whole number from 1 to 9"),
        (positive, True, "`p` is no whole number from 1 to 9"),
        (positive, 5.0, "`p` is no whole number from 1 to 9"),
        (positive, "5", "`p` is no whole number from 1 to 9"),
        (lambda node: node.optional(Node.text), 5, "`p` is no string"),
    ],
)
def test_what_has_another_shape_is_refused(read: Read, value: object, message: str) -> None:
    with pytest.raises(ShapeError) as raised:
        read(Node(value, "p"))
    assert str(raised.value) == message


def test_the_path_leads_to_the_value() -> None:
    members = Node(DOCUMENT, "").members()
    _, second = members["a"].elements()
    with pytest.raises(ShapeError) as raised:
        second.members()["b"].text()
    assert str(raised.value) == "`a[1].b` is no string"


def test_the_whole_has_no_path() -> None:
    with pytest.raises(ShapeError) as raised:
        Node(DOCUMENT, "").record("a")
    assert str(raised.value) == "`c` is not known"
    with pytest.raises(ShapeError) as raised:
        Node({}, "").record("a")
    assert str(raised.value) == "this has no `a`"


def test_of_a_long_path_the_end_is_shown() -> None:
    with pytest.raises(ShapeError) as raised:
        Node(5, "x" * 5000 + ".id").text()
    assert str(raised.value) == f"`...{'x' * 197}.id` is no string"
