"""Edit the stored favorites, a JSON list: each function takes the stored value and returns the list to store.

Only entries that a user names change: entries that are hidden, that do not resolve, or that another program
stored stay as they are. Entries are equal if they resolve to the same model, however they are written.
"""

from collections.abc import Iterable
from itertools import chain

from booconf.fleet.resolve import ResolutionError, Resolver
from booconf.service.storage import UnusableSettingError

KEY = "favorites"
"""The key of the setting that stores them."""


class RefusedFavoriteError(Exception):
    """The requested `id` is not a declared chat model; `code` is the reason."""

    def __init__(self, code: str, text: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.id = text


def entries(stored: object | None) -> list[object]:
    """The stored entries, none if nothing is stored; raises UnusableSettingError if they are not a list."""
    if stored is None:
        return []
    if not isinstance(stored, list):
        raise UnusableSettingError("the stored favorites are not a list: another program wrote them")
    return list(stored)


def added(stored: object | None, text: str, resolver: Resolver) -> list[object]:
    """The entries with the model of an id at the end, unless it is one; raises RefusedFavoriteError."""
    kept = entries(stored)
    chosen = _chosen(text, resolver)
    return kept if any(_key(entry, resolver) == chosen for entry in kept) else [*kept, chosen]


def removed(stored: object | None, text: str, resolver: Resolver) -> list[object]:
    """The entries without those of the model of an id, or with its very text; any text is allowed."""
    target = _key(text, resolver)
    return [entry for entry in entries(stored) if _key(entry, resolver) != target]


def ordered(stored: object | None, ids: Iterable[str], resolver: Resolver) -> list[object]:
    """The entries in the order of these ids, with new ones added; raises RefusedFavoriteError.

    An entry that is not named stays behind its predecessor. An id that is not a declared chat model may name
    an entry of the same text.
    """
    kept = entries(stored)
    known = {entry for entry in kept if isinstance(entry, str)}
    named = dict.fromkeys(_key(text, resolver) if text in known else _chosen(text, resolver) for text in ids)
    unmoved: list[object] = []
    moved: dict[object, list[object]] = {target: [] for target in named}
    group = unmoved
    for entry in kept:
        group = moved.get(_key(entry, resolver), group)
        group.append(entry)
    return [*unmoved, *chain.from_iterable(group or [target] for target, group in moved.items())]


def _chosen(text: str, resolver: Resolver) -> str:
    """The composite id of a declared chat model."""
    try:
        found = resolver.find(text)
    except ResolutionError as error:
        raise RefusedFavoriteError(error.code, text, str(error)) from None
    if found.model is None:
        raise RefusedFavoriteError("undeclared", text, f"`{text}` is not declared")
    if found.model.type != "chat":
        raise RefusedFavoriteError("not-a-chat-model", text, f"`{text}` is not a chat model")
    return found.model.composite_id


def _key(entry: object, resolver: Resolver) -> str | None:
    """A key that equal entries share; None for an entry that is not text."""
    if not isinstance(entry, str):
        return None
    try:
        found = resolver.find(entry)
    except ResolutionError:
        return entry
    return found.model.composite_id if found.model else f"{found.provider.id}/{found.name}"
