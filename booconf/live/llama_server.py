"""llama-server of llama.cpp, also as a router of several models: `/models`, and for older builds `/props`.

Formats: llama.cpp, tools/server/server-context.cpp and server-models.cpp, as of 2026-10. The context in
`meta.n_ctx` and `/props` is that of one slot already: it is what a request gets and is never divided.
`/props?model=` loads a model in a router, so that a router is not asked for `/props` at all.
"""

from booconf.live.command_line import window_of_llama_server
from booconf.live.exchange import Answer, Base, Dialogue, Failure, Request, UnusableAnswerError
from booconf.live.observation import Observation, Outcome, SeenModel, Window
from booconf.live.reading import (
    JsonObject,
    cut,
    distinct,
    document_of,
    needed_document,
    needed_rows,
    object_in,
    refuse_other_kind,
    repeated,
    tokens_of,
)

MODELS = Request(Base.API, "/models")
PROPS = Request(Base.ROOT, "/props")
REQUESTS = (MODELS, PROPS)

_OWNER = "llamacpp"

_LOADED = {"loaded": True, "sleeping": True, "loading": False, "unloaded": False}
"""Whether a model in a state of a router is loaded; a sleeping one wakes for a request by itself."""


def observe() -> Dialogue:
    """Ask for the listing; for the properties only where one model is served and its window is not listed."""
    rows = needed_rows(MODELS, needed_document(MODELS, (yield MODELS)), "data", "id")
    refuse_other_kind(MODELS, rows, frozenset({_OWNER}))
    remarks: tuple[str, ...] = ()
    if any("status" in row for row in rows):
        models = [_routed(row) for row in rows]
    elif all(_listed_window(row) for row in rows):
        models = [_served(row, Window(_listed_window(row))) for row in rows]
    else:
        window = _window_in_properties(rows, (yield PROPS))
        if isinstance(window, Failure):
            remarks = (f"the windows that its listing does not have are unknown: {window.detail}",)
            window = Window(None, window.detail)
        models = [
            _served(row, Window(_listed_window(row)) if _listed_window(row) else window) for row in rows
        ]
    return Observation(
        Outcome.ANSWERED,
        models=distinct(models),
        repeated=repeated(model.id for model in models),
        remarks=remarks,
    )


def _served(row: JsonObject, window: Window) -> SeenModel:
    """The model of a server without a router: it is loaded, or the server would not list it."""
    return SeenModel(cut(str(row["id"])), window, _aliases(row), is_loaded=True)


def _routed(row: JsonObject) -> SeenModel:
    """A model of a router; `context_length` is what it was trained for, and not its window."""
    status = object_in(row, "status")
    tokens = _listed_window(row)
    window = Window(tokens) if tokens else _window_in_arguments(status.get("args"))
    return SeenModel(
        cut(str(row["id"])), window, _aliases(row), is_loaded=_LOADED.get(str(status.get("value")))
    )


def _listed_window(row: JsonObject) -> int | None:
    return tokens_of(object_in(row, "meta").get("n_ctx"))


def _window_in_arguments(arguments: object) -> Window:
    """The window that the command line of a router's model gives; the command line ends here."""
    if not isinstance(arguments, list) or not all(isinstance(word, str) for word in arguments):
        return Window(None, "the router does not tell it")
    window = window_of_llama_server(arguments)
    return window if window.tokens else Window(None, f"the router does not list it, and {window.reason}")


def _window_in_properties(rows: list[JsonObject], answer: Answer | Failure) -> Window | Failure:
    """The window that `/props` tells, which is of the one model of a server, or why it does not."""
    document = document_of(PROPS, answer)
    if isinstance(document, Failure):
        is_there = document.outcome not in (Outcome.OTHER_KIND, Outcome.NONSENSE)
        if not is_there and all(row.get("owned_by") != _OWNER for row in rows):
            raise UnusableAnswerError(
                Outcome.OTHER_KIND, f"{document.detail}, and its listing does not name llama.cpp"
            )
        return document
    tokens = tokens_of(object_in(document, "default_generation_settings").get("n_ctx"))
    return Window(tokens) if tokens else Window(None, "this build does not tell it")  # a router tells 0


def _aliases(row: JsonObject) -> tuple[str, ...] | None:
    """The other names of a model; llama-server lists the id among them, and older builds list none."""
    listed = row.get("aliases")
    if not isinstance(listed, list) or not all(isinstance(alias, str) for alias in listed):
        return None
    return tuple(sorted({cut(alias) for alias in listed} - {cut(str(row["id"]))}))
