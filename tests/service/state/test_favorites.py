"""Only what a user names is touched: the favorites by example, and the laws they obey."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booconf.escaping import escaped
from booconf.fleet.resolve import ResolutionError, Resolver
from booconf.service.state.favorites import RefusedFavoriteError, added, entries, ordered, removed
from booconf.service.storage import StoreUnavailableError, UnusableSettingError
from tests.support.fleets import CLOUD, LOCAL, OTHER, fleet_of, fleet_text

REST = """\
legacy:
  bare_ids: {old: two/c}
  providers: {former: two, gone: null}
"""
STRICT = OTHER.replace("  models:\n", "  undeclared: reject\n  models:\n").replace(
    "a: {", "a: {aliases: [alias], "
)
RESOLVER = Resolver(fleet_of(fleet_text(LOCAL, STRICT, CLOUD, rest=REST)))
"""`one` is the default provider and routes what it does not declare; `two` refuses it."""

SAME = {
    "one/a": ["one/a", "a"],
    "one/b": ["one/b", "b"],
    "two/a": ["two/a", "two/alias", "former/a", "former/alias"],
    "two/c": ["two/c", "former/c", "old"],
    "sky/big": ["sky/big"],
}
"""Declared chat models, each with every way to write it."""

REFUSED = {
    "one/new": "undeclared",
    "new": "undeclared",
    "nested/new": "undeclared",
    "two/new": "undeclared",
    "former/new": "undeclared",
    "gone/a": "retired",
    "one/e": "not-a-chat-model",
    "e": "not-a-chat-model",
    "": "invalid-id",
    "one/": "invalid-id",
    "a b": "invalid-id",
    "a\ud800": "invalid-id",
}
"""Ids of anything else, and why they are refused."""

FOREIGN = [None, 1, True, {"id": "one/a"}, ["one/a"]]
"""Entries that another program put there."""


class TestEntries:
    def test_nothing_stored_is_an_empty_list(self) -> None:
        assert entries(None) == []

    def test_entries_are_a_copy(self) -> None:
        stored = ["a", 1]
        assert entries(stored) == stored
        entries(stored).clear()
        assert stored == ["a", 1]

    @pytest.mark.parametrize("stored", [{}, {"favorites": []}, "one/a", 1, False, 0, ""])
    def test_value_that_is_no_list_is_unusable(self, stored: object) -> None:
        for act in (entries, _add, _remove, _order):
            with pytest.raises(UnusableSettingError, match="the stored favorites are not a list"):
                act(stored)
        assert issubclass(UnusableSettingError, StoreUnavailableError)


def _add(stored: object) -> list[object]:
    return added(stored, "one/a", RESOLVER)


def _remove(stored: object) -> list[object]:
    return removed(stored, "one/a", RESOLVER)


def _order(stored: object) -> list[object]:
    return ordered(stored, ["one/a"], RESOLVER)


class TestAdded:
    @pytest.mark.parametrize(("canonical", "written"), SAME.items())
    def test_composite_id_is_appended(self, canonical: str, written: list[str]) -> None:
        for text in written:
            assert added(["one/e", None], text, RESOLVER) == ["one/e", None, canonical]

    @pytest.mark.parametrize("written", SAME.values())
    def test_stored_model_is_not_rewritten(self, written: list[str]) -> None:
        for text in written:
            for entry in written:
                assert added([entry, "x"], text, RESOLVER) == [entry, "x"]

    @pytest.mark.parametrize(("text", "code"), REFUSED.items())
    def test_undeclared_or_other_model_is_refused(self, text: str, code: str) -> None:
        for stored in (None, [text]):
            with pytest.raises(RefusedFavoriteError) as caught:
                added(stored, text, RESOLVER)
            assert (caught.value.code, caught.value.id) == (code, text)
            assert f"`{escaped(text)}`" in str(caught.value)


class TestRemoved:
    @pytest.mark.parametrize(("canonical", "written"), SAME.items())
    def test_every_spelling_of_the_model_is_removed(self, canonical: str, written: list[str]) -> None:
        others = [text for model, texts in SAME.items() if model != canonical for text in texts]
        for text in written:
            assert removed([*others, *written], text, RESOLVER) == others

    @pytest.mark.parametrize("text", REFUSED)
    def test_entry_with_same_text_is_removed(self, text: str) -> None:
        assert removed([text, "one/a", None], text, RESOLVER) == ["one/a", None]

    def test_every_spelling_of_an_undeclared_model_is_removed(self) -> None:
        assert removed(["new", "one/new", "two/new"], "one/new", RESOLVER) == ["two/new"]

    @pytest.mark.parametrize("text", [*REFUSED, *SAME])
    def test_removing_missing_entry_changes_nothing(self, text: str) -> None:
        stored = ["x", *FOREIGN]
        assert removed(stored, text, RESOLVER) == stored
        assert removed(None, text, RESOLVER) == []


class TestOrdered:
    @pytest.mark.parametrize(
        ("stored", "ids", "result"),
        [
            (["one/a", "one/b", "two/c"], ["two/c", "one/b", "one/a"], ["two/c", "one/b", "one/a"]),
            # as stored, however it is named
            (["a", "old"], ["two/c", "one/a"], ["old", "a"]),
            (["one/a", "two/c"], ["old", "a"], ["two/c", "one/a"]),
            # new ones
            (None, ["b", "one/a"], ["one/b", "one/a"]),
            (["one/a"], ["one/b", "one/a"], ["one/b", "one/a"]),
            # not named: behind its former predecessor, or first
            (["one/a", "gone", "one/b"], ["one/b", "one/a"], ["one/b", "one/a", "gone"]),
            (["gone", "one/a", "one/b"], ["one/b", "one/a"], ["gone", "one/b", "one/a"]),
            (["one/a", None, "x", "one/b", 1], ["one/b", "one/a"], ["one/b", 1, "one/a", None, "x"]),
            (["one/a", "one/b"], [], ["one/a", "one/b"]),
            # twice
            (["a", "one/b", "one/a"], ["one/b", "one/a"], ["one/b", "a", "one/a"]),
            (["a", "x", "one/a", "y", "b"], ["b", "a"], ["b", "a", "x", "one/a", "y"]),
            (["one/a", "one/b"], ["one/b", "b", "one/a", "one/b"], ["one/b", "one/a"]),
            # entries that are no declared chat model, by their text
            (["one/a", "gone/a", "one/e"], ["one/e", "gone/a", "one/a"], ["one/e", "gone/a", "one/a"]),
            (["new", "one/a", "one/new"], ["one/a", "new"], ["one/a", "new", "one/new"]),
        ],
    )
    def test_examples(self, stored: object, ids: list[str], result: list[object]) -> None:
        assert ordered(stored, ids, RESOLVER) == result

    @pytest.mark.parametrize(("text", "code"), REFUSED.items())
    def test_new_undeclared_or_other_model_is_refused(self, text: str, code: str) -> None:
        with pytest.raises(RefusedFavoriteError) as caught:
            ordered(["one/a"], ["one/b", text], RESOLVER)
        assert (caught.value.code, caught.value.id) == (code, text)

    def test_undeclared_entry_is_named_by_its_text(self) -> None:
        assert ordered(["new", "one/a"], ["one/a", "new"], RESOLVER) == ["one/a", "new"]
        with pytest.raises(RefusedFavoriteError):
            ordered(["new", "one/a"], ["one/a", "one/new"], RESOLVER)


class Entry(str):
    """A stored text that is distinct from an equal one."""

    __slots__ = ()


def distinct(stored: list[Any]) -> list[Any]:
    """Entries of which no two are one object."""
    return [Entry(entry) if isinstance(entry, str) else [entry] for entry in stored]


DECLARED = [text for texts in SAME.values() for text in texts]
TEXTS = st.sampled_from([*DECLARED, *REFUSED]) | st.text(st.characters(), max_size=4)
STORED = st.lists(TEXTS | st.sampled_from(FOREIGN), max_size=12).map(distinct)
IDS = st.lists(st.sampled_from(DECLARED), max_size=6)


def leads_to(entry: object) -> str | None:
    """The id of the route of an entry."""
    try:
        return RESOLVER.resolve(entry).id if isinstance(entry, str) else None
    except ResolutionError:
        return None


def objects(some: list[Any]) -> list[int]:
    """A key that equal entries share."""
    return [id(entry) for entry in some]


class TestLaws:
    @given(STORED, st.sampled_from(DECLARED))
    def test_adding_is_idempotent(self, stored: list[Any], text: str) -> None:
        once = added(stored, text, RESOLVER)
        assert objects(added(once, text, RESOLVER)) == objects(once)

    @given(STORED, st.sampled_from(DECLARED))
    def test_adding_changes_nothing_else(self, stored: list[Any], text: str) -> None:
        result = added(stored, text, RESOLVER)
        model = leads_to(text)
        assert objects(result[: len(stored)]) == objects(stored)
        assert result[len(stored) :] == ([] if model in map(leads_to, stored) else [model])

    @given(STORED, TEXTS)
    def test_removing_changes_nothing_else(self, stored: list[Any], text: str) -> None:
        model = leads_to(text)
        others = [entry for entry in stored if entry != text and (model is None or leads_to(entry) != model)]
        assert objects(removed(stored, text, RESOLVER)) == objects(others)

    @given(STORED, TEXTS)
    def test_removing_reverts_adding(self, stored: list[Any], text: str) -> None:
        without = removed(stored, text, RESOLVER)
        try:
            assert removed(added(without, text, RESOLVER), text, RESOLVER) == without
        except RefusedFavoriteError:
            assert leads_to(text) not in SAME

    @given(STORED, IDS)
    def test_ordering_keeps_entries_and_adds_named_ones(self, stored: list[Any], ids: list[str]) -> None:
        result = ordered(stored, ids, RESOLVER)
        known = objects(stored)
        assert sorted(known) == sorted(each for each in objects(result) if each in known)
        there = set(map(leads_to, stored))
        new = [model for model in dict.fromkeys(map(leads_to, ids)) if model not in there]
        assert [entry for entry in result if id(entry) not in known] == new

    @given(STORED, IDS)
    def test_named_entries_are_in_order(self, stored: list[Any], ids: list[str]) -> None:
        named = list(dict.fromkeys(map(leads_to, ids)))
        shown = dict.fromkeys(map(leads_to, ordered(stored, ids, RESOLVER)))
        assert [model for model in shown if model in named] == named

    @given(STORED, IDS)
    def test_unnamed_entry_stays_behind_its_predecessor(self, stored: list[Any], ids: list[str]) -> None:
        named = set(map(leads_to, ids))
        result = objects(ordered(stored, ids, RESOLVER))
        places = [result.index(each) for each in objects(stored)]
        for entry, place, before in zip(stored, places, [-1, *places], strict=False):
            if leads_to(entry) not in named:
                assert place == before + 1

    @given(STORED, IDS)
    def test_ordering_is_idempotent(self, stored: list[Any], ids: list[str]) -> None:
        once = ordered(stored, ids, RESOLVER)
        assert objects(ordered(once, ids, RESOLVER)) == objects(once)

    @given(STORED, IDS, TEXTS)
    def test_arguments_are_not_changed(self, stored: list[Any], ids: list[str], text: str) -> None:
        before = objects(stored)
        ordered(stored, ids, RESOLVER)
        removed(stored, text, RESOLVER)
        for model in ids:
            added(stored, model, RESOLVER)
        assert objects(stored) == before
