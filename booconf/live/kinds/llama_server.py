"""llama-server of llama.cpp, also as a router of several models: `/models`, and for older builds `/props`.

Formats: llama.cpp, tools/server/server-context.cpp and server-models.cpp, as of 2026-10. The context in
`meta.n_ctx` and `/props` is that of one slot already: it is the window of a request and is never
divided. `/props?model=` loads a model in a router, so `/props` of a router is not requested.
"""

from booconf.live.flow import Base, Failure, ProbeFlow, Request, Response
from booconf.live.kinds.parsing import (
    JsonObject,
    Row,
    aliases_in,
    distinct,
    document_of,
    needed_document,
    needed_rows,
    object_in,
    owners_of,
    refuse_other_kind,
    refuse_too_many,
    repeated,
    require_known_owner,
)
from booconf.live.kinds.server_arguments import llama_cpp_window, window_of_llama_server
from booconf.live.observation import Observation, Outcome, SeenModel, Window

MODELS = Request(Base.API, "/models")
PROPS = Request(Base.ROOT, "/props")
REQUESTS = (MODELS, PROPS)

OWNERS = {"llamacpp": "llama-server"}
LISTING_IS_COMPLETE = False
UNLISTED_MODELS_HINT = ""
UNSAFE_SEGMENT = None
SWAPS_MODELS = False


def observe() -> ProbeFlow:
    """Request the listing, and the properties only of a single model whose window is not listed."""
    rows = needed_rows(MODELS, needed_document(MODELS, (yield MODELS)), "data", "id")
    refuse_other_kind(MODELS, owners_of(rows), OWNERS)
    remarks: tuple[str, ...] = ()
    if any("status" in row for _, row in rows):
        models = [_routed(name, row) for name, row in rows]
    else:
        window: Window | Failure = Window(None)
        if not all(_listed_window(row) for _, row in rows):
            window = _window_in_properties(rows, (yield PROPS))
        if isinstance(window, Failure):
            remarks = (f"the windows that its listing does not have are unknown: {window.detail}",)
            window = Window(None, window.detail)
        models = [_served(name, row, window) for name, row in rows]
    refuse_too_many(MODELS, models)
    return Observation(
        Outcome.ANSWERED,
        models=distinct(models),
        repeated=repeated(model.id for model in models),
        remarks=remarks,
    )


def _served(name: str, row: JsonObject, elsewhere: Window) -> SeenModel:
    """Return the model of a server without a router; `elsewhere` is the window of one whose row has none."""
    return SeenModel(name, _listed_window(row) or elsewhere, _aliases(name, row))


def _routed(name: str, row: JsonObject) -> SeenModel:
    """Return a model of a router; `context_length` is the trained context, not its window."""
    window = _listed_window(row) or _window_in_arguments(object_in(row, "status").get("args"))
    return SeenModel(name, window, _aliases(name, row))


def _listed_window(row: JsonObject) -> Window | None:
    return llama_cpp_window(object_in(row, "meta").get("n_ctx"))


def _aliases(name: str, row: JsonObject) -> tuple[str, ...] | None:
    """Return the other names of a model; llama-server lists the id among them, older builds list none."""
    return aliases_in(row.get("aliases"), name)


def _window_in_arguments(arguments: object) -> Window:
    """Return the window that the command line of a router's model sets, without the command line."""
    if not isinstance(arguments, list) or not all(isinstance(word, str) for word in arguments):
        return Window(None, "the router does not report it")
    window = window_of_llama_server(arguments)
    return window if window.tokens else Window(None, f"the router does not list it, and {window.reason}")


def _window_in_properties(rows: list[Row], answer: Response | Failure) -> Window | Failure:
    """Return the window in `/props`, which is that of the only model of a server, or the failure."""
    document = document_of(PROPS, answer)
    if isinstance(document, Failure):
        require_known_owner(document, rows, OWNERS)
        return document
    window = llama_cpp_window(object_in(document, "default_generation_settings").get("n_ctx"))
    return window or Window(None, "this build does not report it")  # a router reports 0
