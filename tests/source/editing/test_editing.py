"""Edits keep the untouched text, and write new text in the style of the text around it."""

import pytest

from booconf.source.editing import Appending, Edit, Removal, Setting, UneditableError, apply_edits
from tests.support.yaml_text import data, diagnostics_of, document

pytestmark = pytest.mark.usefixtures("parser")


def edited(text: str, *edits: Edit) -> str:
    return apply_edits(document(text), edits)


class TestABlock:
    """Entries on lines of their own."""

    def test_removing_an_entry_keeps_comments(self) -> None:
        text = """\
models: # all of them
  # the first
  a: {context: 1} # small
  b:
    # the window
    context: 2 # measured

    aliases:
      - x # old
    # to be confirmed
  # the last
  c: {context: 3}
"""
        assert (
            edited(text, Removal(("models", "a")), Removal(("models", "b")))
            == """\
models: # all of them
  # the first
  # small
  # the window
  # measured
  # old
  # to be confirmed
  # the last
  c: {context: 3}
"""
        )

    def test_new_entry_is_below_the_last_and_its_comments(self) -> None:
        text = """\
models:
    a: {context: 1}
    b:
        context: 2 # measured
        # to be confirmed

    # end of the models
other: 1
"""
        assert (
            edited(text, Setting(("models", "c:8b"), {"context": 3}))
            == """\
models:
    a: {context: 1}
    b:
        context: 2 # measured
        # to be confirmed
    "c:8b": {context: 3}

    # end of the models
other: 1
"""
        )

    def test_new_keys_are_in_the_style_of_the_others(self) -> None:
        text = "a:\n   x: 1 # one\nb: {x: 1} # two\nc: # three\nd: {} # four\n"
        edits = [Setting((name, "w"), 2) for name in "abcd"]
        assert edited(text, *edits) == (
            "a:\n   x: 1 # one\n   w: 2\nb: {x: 1, w: 2} # two\nc: {w: 2} # three\nd: {w: 2} # four\n"
        )

    def test_removing_all_entries_keeps_comments(self) -> None:
        text = "a: # of a\n  x: 1 # of x\nb:\n- y # of y\nc: 1\n"
        assert edited(text, Removal(("a", "x")), Removal(("b", 0))) == (
            "a: {} # of a\n  # of x\nb: []\n# of y\nc: 1\n"
        )

    def test_removing_all_and_adding_keeps_block_style(self) -> None:
        text = "a:\n  x: {k: 1} # of x\nb: 1\n"
        assert edited(text, Removal(("a", "x")), Setting(("a", "z"), {"k": 2})) == (
            "a:\n  z: {k: 2}\n  # of x\nb: 1\n"
        )

    def test_new_entry_is_not_below_comments_of_a_removed_one(self) -> None:
        text = "a:\n  x: 1\n    # of x\n\n  # about y\n  y: 2 # of y\nb: 1\n"
        assert edited(text, Removal(("a", "y")), Setting(("a", "z"), 3)) == (
            "a:\n  x: 1\n    # of x\n  z: 3\n\n  # about y\n  # of y\nb: 1\n"
        )
        text = "a: # all\n  # about y\n  y: 2 # of y\nb: 1\n"
        assert edited(text, Removal(("a", "y")), Setting(("a", "z"), 3)) == (
            "a: # all\n  z: 3\n  # about y\n  # of y\nb: 1\n"
        )

    def test_removing_all_and_adding_on_the_line_of_a_dash(self) -> None:
        text = "- x: 1 # of x\n- y: 2\n"
        assert edited(text, Removal((0, "x")), Setting((0, "z"), 3)) == "- # of x\n  z: 3\n- y: 2\n"

    def test_the_end_of_a_list_and_one_of_its_elements(self) -> None:
        text = "a:\n- {match: x} # one\n- match: y # two\n  context: 1\nb: 1\n"
        assert edited(text, Removal(("a", 0)), Appending(("a",), {"match": "p/*", "context": 3})) == (
            "a:\n# one\n- match: y # two\n  context: 1\n- {match: p/*, context: 3}\nb: 1\n"
        )

    def test_text_of_several_lines_is_removed_whole(self) -> None:
        text = "a:\n  x: | # why\n    # no comment\n\n    text\n\n  y: 1\n"
        assert edited(text, Removal(("a", "x"))) == "a:\n  # why\n\n  y: 1\n"
        assert edited(text, Setting(("a", "x"), "short")) == "a:\n  x: short # why\n\n  y: 1\n"

    def test_new_entry_keeps_a_text_of_several_lines(self) -> None:
        assert edited("a:\n  x: |\n    text\n\nb: 1\n", Setting(("a", "w"), 1)) == (
            "a:\n  x: |\n    text\n  w: 1\n\nb: 1\n"
        )
        assert edited("a:\n  x: |+\n    text\n\nb: 1\n", Setting(("a", "w"), 1)) == (
            "a:\n  x: |+\n    text\n\n  w: 1\nb: 1\n"
        )

    def test_kept_comment_is_not_joined_to_the_text_above(self) -> None:
        text = "a:\n  x: |\n    text\n  y:\n    # of y\n    k: 1\n    # more of y\n"
        assert edited(text, Removal(("a", "y"))) == "a:\n  x: |\n    text\n  # of y\n  # more of y\n"

    def test_removing_an_explicit_key(self) -> None:
        assert edited("a:\n  ? x\n  : 1\n  ? y\n  : 2\n", Removal(("a", "x"))) == "a:\n  ? y\n  : 2\n"


class TestBrackets:
    """Entries between brackets, which commas hold apart."""

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("a: {x: 1, y: 2, z: 3}", "a: {x: 1, z: 3}"),
            ("a: {y: 2, z: 3}", "a: {z: 3}"),
            ("a: { x: 1, y: 2 }", "a: { x: 1 }"),
            ("a: {x: 1, y: 2,}", "a: {x: 1,}"),
            ("a: {y: 2}", "a: {}"),
            ("a: {x: 1, y}", "a: {x: 1}"),
            ("a: {x: 1 , y: 2 , z: 3}", "a: {x: 1 , z: 3}"),
            ("a: {x: 1, y: {k: 1, # c\n  l: 2}, z: 3}", "a: {x: 1, # c\n  z: 3}"),
            ("a: {y: 2, # c\n  z: 3}", "a: { # c\n  z: 3}"),
            ("a: {y: 2,# c\n  z: 3}", "a: { # c\n  z: 3}"),
            ("a: {\n  x: 1, # of x\n  y: 2, # of y\n  z: 3\n}", "a: {\n  x: 1, # of x\n  # of y\n  z: 3\n}"),
            ("a: {\n  x: 1,\n  y: 2 # of y\n}", "a: {\n  x: 1,\n  # of y\n}"),
            ("a: {\n  x: 1, y: 2\n}", "a: {\n  x: 1\n}"),
            ("a: { x: 1\n , y: 2\n , z: 3\n }", "a: { x: 1\n , z: 3\n }"),
        ],
    )
    def test_removing_an_entry(self, before: str, after: str) -> None:
        assert edited(before, Removal(("a", "y"))) == after

    def test_tabs_are_kept_except_before_a_lone_comment(self, parser: str) -> None:
        text = "a: {\n\ty: 2,\t# of y\n\tx:\t1}"
        if parser == "python":
            assert diagnostics_of(text)  # only libyaml reads them
        else:
            assert edited(text, Removal(("a", "y"))) == "a: {\n # of y\n\tx:\t1}"

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("a: {x: 1}", "a: {x: 1, w: 5}"),
            ("a: { x: 1 } # c", "a: { x: 1, w: 5 } # c"),
            ("a: {x: 1,}", "a: {x: 1, w: 5,}"),
            ("a: {}", "a: {w: 5}"),
            ("a: { } # c", "a: {w: 5 } # c"),
            ("a: {# c\n }", "a: {w: 5 # c\n }"),
            ("a: {x: }", "a: {x: , w: 5 }"),
            ("a: {x: 1 # c\n  }", "a: {x: 1, w: 5 # c\n  }"),
            ("a: {\n  x: 1 # c\n}", "a: {\n  x: 1, # c\n  w: 5\n}"),
            ("a: {\n  x: 1, # c\n}", "a: {\n  x: 1, # c\n  w: 5,\n}"),
            ("a: {\n  x: 1 }", "a: {\n  x: 1,\n  w: 5 }"),
            ("a: {\n  x: 1, }", "a: {\n  x: 1, w: 5, }"),
            ("a: {\n  x: 1\n  , }", "a: {\n  x: 1, w: 5\n  , }"),
        ],
    )
    def test_adding_an_entry(self, before: str, after: str) -> None:
        assert edited(before, Setting(("a", "w"), 5)) == after

    def test_removing_and_adding_entries(self) -> None:
        text = "a: {\n  x: {}, # of x\n  y: {}, # of y\n  z: {} # of z\n}\n"
        edits = (Removal(("a", "y")), Removal(("a", "z")), Setting(("a", "w"), {}), Setting(("a", "m"), {}))
        assert edited(text, *edits) == "a: {\n  x: {}, # of x\n  w: {},\n  m: {}\n  # of y\n  # of z\n}\n"

    def test_key_without_value_that_becomes_the_last_keeps_its_blank(self) -> None:
        assert edited("a: {b: , c: 1}\n", Removal(("a", "c"))) == "a: {b: }\n"

    def test_removing_all_and_adding_one(self) -> None:
        text = "a: [x, # of x\n  y]\n"
        assert edited(text, Removal(("a", 0)), Removal(("a", 1)), Appending(("a",), "z")) == (
            "a: [z # of x\n  ]\n"
        )

    def test_value_for_a_key_without_colon_adds_the_colon(self) -> None:
        assert edited("a: {x, y: {}}", Setting(("a", "x", "k"), 1), Setting(("a", "y", "k"), 2)) == (
            "a: {x: {k: 1}, y: {k: 2}}"
        )


class TestWhatIsEmpty:
    """Mappings that are written nowhere, or as `{}`."""

    NEW = (Setting(("p", "models", "a"), {"context": 1}), Setting(("p", "models", "b"), {"context": 2}))

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("p:\n  kind: x\n", "p:\n  kind: x\n  models:\n    a: {context: 1}\n    b: {context: 2}\n"),
            (
                "p:\n    kind: x",
                "p:\n    kind: x\n    models:\n        a: {context: 1}\n        b: {context: 2}",
            ),
            ("p:\n  models: # c\n", "p:\n  models: # c\n    a: {context: 1}\n    b: {context: 2}\n"),
            ("p:\n  models: {} # c\n", "p:\n  models: # c\n    a: {context: 1}\n    b: {context: 2}\n"),
            ("p:\n  models: null\n", "p:\n  models:\n    a: {context: 1}\n    b: {context: 2}\n"),
            (
                "p:\n  models:\n    # a: {}\nq: 1\n",
                "p:\n  models:\n    # a: {}\n    a: {context: 1}\n    b: {context: 2}\nq: 1\n",
            ),
            ("p:\n  models: {\n  }\n", "p:\n  models: {a: {context: 1}, b: {context: 2}\n  }\n"),
            ("p: {kind: x}\n", "p: {kind: x, models: {a: {context: 1}, b: {context: 2}}}\n"),
            ("p: {models: {}}\n", "p: {models: {a: {context: 1}, b: {context: 2}}}\n"),
        ],
    )
    def test_entries_are_on_own_lines_below_a_key_on_its_own_line(self, before: str, after: str) -> None:
        assert edited(before, *self.NEW) == after

    def test_missing_mappings_of_a_path_are_created(self) -> None:
        edits = (
            Setting(("a", "b", "c", "d"), 1),
            Setting(("a", "b", "c", "e"), 2),
            Setting(("a", "b", "f"), 3),
        )
        assert edited("x: 1\n", *edits) == "x: 1\na:\n  b:\n    c:\n      d: 1\n      e: 2\n    f: 3\n"
        assert edited("x: {}\n", Setting(("x", "b", "c"), 1)) == "x:\n  b:\n    c: 1\n"


class TestScalars:
    """Values in the place of others."""

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("a: 1   # c\n", "a: 65536   # c\n"),
            ("a:     'text'\n", "a:     65536\n"),
            ('a: "several\n  # lines"   # c\n', "a: 65536\n  # c\n"),
            ("a: # c\n", "a: 65536 # c\n"),
            ("a: >-\n  several\n  lines\nb: 1\n", "a: 65536\nb: 1\n"),
            ("a: {x: 1, # c\n  y: 2}\n", "a: 65536 # c\n"),
            ("a: # c\n  x: 1 # d\n", "a: 65536 # c\n  # d\n"),
            ("{a: 1, b: 2}", "{a: 65536, b: 2}"),
            ("{b: 2, a}", "{b: 2, a: 65536}"),
        ],
    )
    def test_replacing_a_value(self, before: str, after: str) -> None:
        assert edited(before, Setting(("a",), 65536)) == after

    def test_removing_and_adding_list_elements(self) -> None:
        assert edited("a: [x, y]\n", Setting(("a", 1), "z")) == "a: [x, z]\n"


class TestLines:
    """Line breaks of edited text."""

    @pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
    def test_new_lines_have_the_line_break_of_the_file(self, line_break: str) -> None:
        text = line_break.join(["a:", "  x: {}", "  y: {}", "b: 1", ""])
        assert edited(text, Removal(("a", "x")), Setting(("a", "z"), {})) == line_break.join(
            ["a:", "  y: {}", "  z: {}", "b: 1", ""]
        )

    def test_a_file_that_does_not_end_in_a_line_break(self) -> None:
        text = "a:\r\n- x\r\n- y # c"
        assert edited(text, Appending(("a",), "z")) == "a:\r\n- x\r\n- y # c\r\n- z"
        assert edited(text, Removal(("a", 1))) == "a:\r\n- x\r\n# c"
        assert edited("a:\n- x\n- y", Removal(("a", 1)), Appending(("a",), "z")) == "a:\n- x\n- z\n"
        assert edited("a: {}", Setting(("b",), 1)) == "a: {}\nb: 1"

    def test_offsets_count_characters_not_bytes(self) -> None:
        text = "# 😀 é\na: {😀: 1, é: 2} # 😀\nb: 1\n"
        assert edited(text, Removal(("a", "😀")), Setting(("b",), 2)) == "# 😀 é\na: {é: 2} # 😀\nb: 2\n"


class TestWhatCannotBeEdited:
    """A text is left alone rather than misread."""

    @pytest.mark.parametrize(
        ("text", "edit"),
        [
            ("a: 1\n", Removal(("a",))),  # nothing is left behind which `{}` could stand
            ("- - a\n- b\n", Removal((0, 0))),
            ("- |\n  a\n", Setting((0,), "b")),
            ("? a\nb: 1\n", Setting(("a", "k"), 1)),
            ("a: text\n", Setting(("a", "k"), 1)),
            ("a: 1\n", Setting(("b",), "\ud800")),
        ],
    )
    def test_uneditable_text(self, text: str, edit: Edit) -> None:
        before = data(text)
        with pytest.raises(UneditableError):
            edited(text, edit)
        assert data(text) == before
