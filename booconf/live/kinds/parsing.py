"""Parse responses, the part that all adapters share: documents, rows of a listing, windows and names."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import get_args

from booconf.declaration.enums import Kind
from booconf.live import adapter_of
from booconf.live.flow import Failure, Request, Response, UnusableResponseError
from booconf.live.limits import LARGEST_WINDOW, LONGEST_NAME, MOST_NAMES, MOST_ROWS
from booconf.live.observation import Outcome, SeenModel, Window

JsonObject = dict[str, object]

Row = tuple[str, JsonObject]
"""A row of a listing: the truncated name of a model, and all members of the row."""

_OK = 200
_REDIRECTS = (301, 302, 303, 307, 308)
_TOO_MANY_REQUESTS = 429
_SERVER_ERRORS = range(500, 600)
_KEY_REFUSED = (401, 403)
_NOT_THERE = (404, 405, 501)
_UNAVAILABLE = 503


def document_of(request: Request, answer: Response | Failure) -> JsonObject | Failure:
    """Return the JSON object of the response to `request`, or the failure of one without."""
    if isinstance(answer, Failure):
        return answer
    shown, document = request.shown, answer.document
    if answer.status != _OK:
        return _refusal(shown, answer)
    if not isinstance(document, dict):
        return Failure(
            Outcome.INVALID_RESPONSE, f"its answer to {shown} {answer.defect or 'is not a JSON object'}"
        )
    if _is_unexpected_endpoint(document):
        return Failure(Outcome.OTHER_KIND, f"it has no {shown}", path_missing=True)
    return document


def needed_document(request: Request, answer: Response | Failure) -> JsonObject:
    """As `document_of`, for a required response; raises UnusableResponseError."""
    document = document_of(request, answer)
    if isinstance(document, Failure):
        raise UnusableResponseError(document)
    return document


def needed_rows(request: Request, document: JsonObject, key: str, id_key: str) -> list[Row]:
    """Return the rows of the list `document[key]`, with string `id_key`s; raises UnusableResponseError."""
    listed = document.get(key)
    if not isinstance(listed, list):
        raise malformed(request, f"has no list `{key}`")
    if len(listed) > MOST_ROWS:
        raise malformed(request, f"lists more than {MOST_ROWS} models")
    rows: list[Row] = []
    for row in listed:
        if not isinstance(row, dict):
            raise malformed(request, f"contains a row in `{key}` that is no object")
        name = row.get(id_key)
        if not isinstance(name, str):
            raise malformed(request, f"contains a row in `{key}` whose `{id_key}` is no string")
        rows.append((truncate(name), row))
    return rows


def malformed(request: Request, defect: str) -> UnusableResponseError:
    """Return the error for a malformed response to `request`; `defect` follows `its answer`."""
    return UnusableResponseError(Failure(Outcome.INVALID_RESPONSE, f"its answer to {request.shown} {defect}"))


def other_program(owners: Iterable[object], own: Collection[str]) -> str | None:
    """Return the other program that the `owned_by` of all rows name, none of them one of `own`; else None."""
    known = {owner: name for kind in get_args(Kind) for owner, name in adapter_of(kind).OWNERS.items()}
    named = {owner if isinstance(owner, str) else "" for owner in owners}
    programs = {known.get(owner) for owner in named}
    if not named.isdisjoint(own) or None in programs or len(programs) != 1:
        return None
    return programs.pop()


def refuse_other_kind(request: Request, owners: Iterable[object], own: Collection[str]) -> None:
    """Raise UnusableResponseError when the `owned_by` of all rows names a program that is none of `own`."""
    program = other_program(owners, own)
    if program:
        detail = f"its answer to {request.shown} names {program} as its program"
        raise UnusableResponseError(Failure(Outcome.OTHER_KIND, detail))


def require_known_owner(second: Failure, rows: Iterable[Row], own: Mapping[str, str]) -> None:
    """Raise UnusableResponseError if neither the listing nor a second response is of a program of `own`.

    `second` is the failure of the second response.
    """
    is_known = second.outcome not in (Outcome.OTHER_KIND, Outcome.INVALID_RESPONSE)
    if not is_known and own.keys().isdisjoint(map(str, owners_of(rows))):
        programs = " or ".join(own.values())
        detail = f"{second.detail}, and its listing does not name {programs}"
        raise UnusableResponseError(Failure(Outcome.OTHER_KIND, detail, path_missing=second.path_missing))


def owners_of(rows: Iterable[Row]) -> list[object]:
    """Return the `owned_by` of every row."""
    return [row.get("owned_by") for _, row in rows]


def object_in(row: JsonObject, key: str) -> JsonObject:
    """Return the object under a key, or an empty one."""
    value = row.get(key)
    return value if isinstance(value, dict) else {}


def aliases_in(listed: object, name: str) -> tuple[str, ...] | None:
    """Return the names in a list without `name` itself, sorted; None if it is no list of names."""
    if not isinstance(listed, list) or not all(isinstance(alias, str) for alias in listed):
        return None
    return tuple(sorted({truncate(alias) for alias in listed} - {name}))


def refuse_too_many(request: Request, models: Iterable[SeenModel]) -> None:
    """Raise UnusableResponseError if models have more than MOST_NAMES names beside their ids."""
    if sum(len(model.aliases or ()) + len(model.equivalents) for model in models) > MOST_NAMES:
        raise malformed(request, f"lists more than {MOST_NAMES} other names")


def truncate(name: str) -> str:
    """Return a name of a host with at most LONGEST_NAME code points."""
    return name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME]


def repeated(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that occur more than once, sorted."""
    return tuple(sorted(name for name, count in Counter(names).items() if count > 1))


def distinct(models: Iterable[SeenModel]) -> tuple[SeenModel, ...]:
    """Return each id once, sorted: the first row counts; windows that differ between rows are unknown."""
    first: dict[str, SeenModel] = {}
    for model in models:
        known = first.setdefault(model.id, model)
        if known.window.tokens != model.window.tokens:
            first[model.id] = replace(known, window=_DISPUTED)
    return tuple(model for _, model in sorted(first.items()))


def tokens_of(value: object) -> int | None:
    """Return a value as a number of tokens; None if it is none, or more than fleet.yaml can declare."""
    return value if type(value) is int and 0 < value <= LARGEST_WINDOW else None


def agreed_window(values: Iterable[object]) -> Window:
    """Return the window of a model with these values on its host, at least one; unknown unless all agree."""
    found = {tokens_of(value) for value in values}
    known = [tokens for tokens in found if tokens is not None]
    if len(known) < len(found):
        return Window(None, "the host does not report it")
    if len(known) > 1:
        return Window(None, f"the host reports several, from {min(known)} to {max(known)} tokens")
    return Window(known[0])


_DISPUTED = Window(None, "the host lists it more than once, with different windows")


def _refusal(request: str, answer: Response) -> Failure:
    """Return the failure for a status other than 200."""
    status = answer.status
    if status in _KEY_REFUSED:
        return Failure(Outcome.KEY_REFUSED, f"it answers {request} with HTTP {status}")
    if status == _UNAVAILABLE and _reports_loading(answer.document):
        return Failure(Outcome.LOADING, "it is loading a model")
    if status in _NOT_THERE:
        return Failure(Outcome.OTHER_KIND, f"it has no {request} (HTTP {status})", path_missing=True)
    if status == _TOO_MANY_REQUESTS:
        return Failure(Outcome.RATE_LIMITED, f"it answers {request} with HTTP {status}")
    if status in _SERVER_ERRORS:
        return Failure(Outcome.FAILING, f"it answers {request} with HTTP {status}")
    redirect = f"a redirect (HTTP {status}), which is not followed" if status in _REDIRECTS else None
    return Failure(Outcome.INVALID_RESPONSE, f"it answers {request} with {redirect or f'HTTP {status}'}")


def _reports_loading(document: object) -> bool:
    error = document.get("error") if isinstance(document, dict) else None
    message = error.get("message") if isinstance(error, dict) else error
    return isinstance(message, str) and "loading" in message.lower()


def _is_unexpected_endpoint(document: JsonObject) -> bool:
    """LM Studio answers unknown paths with 200 and this error (bug tracker, 618 and 1323)."""
    error = document.get("error")
    return isinstance(error, str) and error.startswith("Unexpected endpoint")
