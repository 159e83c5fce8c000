"""The stored favorites and what a user does with them: a JSON list goes in, the list to store comes out.

Only what a user names is touched: entries that are hidden now, that lead nowhere, or that another program put
there stay as they are. Entries are the same when they lead to the same model, however they are written.
"""

from collections.abc import Iterable
from itertools import chain

from booconf.fleet.resolve import ResolutionError, Resolver
from booconf.service.storage.errors import UnusableSettingError

KEY = "favorites"
"""The setting that holds them."""


class RefusedFavoriteError(Exception):
    """An id that is no declared chat model: `code` says why, `id` is what was asked for."""

    def __init__(self, code: str, text: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.id = text


def entries(stored: object | None) -> list[object]:
    """The stored entries, none where nothing is stored; UnusableSettingError where it is no list."""
    if stored is None:
        return []
    if not isinstance(stored, list):
        raise UnusableSettingError("the stored favorites are not a list: another program wrote them")
    return list(stored)


def added(stored: object | None, text: str, resolver: Resolver) -> list[object]:
    """The entries with the model of an id at the end, unless one leads to it; or RefusedFavoriteError."""
    kept = entries(stored)
    chosen = _chosen(text, resolver)
    return kept if any(_same(entry, resolver) == chosen for entry in kept) else [*kept, chosen]


def removed(stored: object | None, text: str, resolver: Resolver) -> list[object]:
    """The entries without those that lead where an id leads, or equal it; any text will do."""
    target = _same(text, resolver)
    return [entry for entry in entries(stored) if _same(entry, resolver) != target]


def ordered(stored: object | None, ids: Iterable[str], resolver: Resolver) -> list[object]:
    """The entries in the order of these ids, and new ones where they stand in it; or RefusedFavoriteError.

    What is not named stays behind its former predecessor. An id that is no declared chat model may stand for
    an entry of the same text.
    """
    kept = entries(stored)
    known = {entry for entry in kept if isinstance(entry, str)}
    named = dict.fromkeys(_same(text, resolver) if text in known else _chosen(text, resolver) for text in ids)
    unmoved: list[object] = []
    moved: dict[object, list[object]] = {target: [] for target in named}
    train = unmoved
    for entry in kept:
        train = moved.get(_same(entry, resolver), train)
        train.append(entry)
    return [*unmoved, *chain.from_iterable(train or [target] for target, train in moved.items())]


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


def _same(entry: object, resolver: Resolver) -> str | None:
    """What entries that lead to the same model have in common; None for what is no text."""
    if not isinstance(entry, str):
        return None
    try:
        found = resolver.find(entry)
    except ResolutionError:
        return entry
    return found.model.composite_id if found.model else f"{found.provider.id}/{found.name}"
