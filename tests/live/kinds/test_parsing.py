"""Parsing that all adapters share."""

from typing import Any

import pytest

from booconf.live.flow import Base, Failure, Request, Response, UnusableResponseError
from booconf.live.kinds.parsing import (
    Row,
    agreed_window,
    aliases_in,
    distinct,
    document_of,
    malformed,
    needed_document,
    needed_rows,
    object_in,
    other_program,
    owners_of,
    refuse_other_kind,
    refuse_too_many,
    repeated,
    require_known_owner,
    tokens_of,
    truncate,
)
from booconf.live.limits import LARGEST_WINDOW, LONGEST_NAME, MOST_NAMES, MOST_ROWS
from booconf.live.observation import Observation, Outcome, SeenModel, Window

MODELS = Request(Base.API, "/models")


def test_a_good_answer_is_its_document() -> None:
    assert document_of(MODELS, Response(200, {"data": []})) == {"data": []}
    assert needed_document(MODELS, Response(200, {"error": "but not that one"})) == {
        "error": "but not that one"
    }


LOADING = {"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}}


@pytest.mark.parametrize(
    ("answer", "outcome", "detail"),
    [
        (Response(401), Outcome.KEY_REFUSED, "it answers `GET …/models` with HTTP 401"),
        (Response(403, {"error": "no"}), Outcome.KEY_REFUSED, "it answers `GET …/models` with HTTP 403"),
        (Response(404), Outcome.OTHER_KIND, "it has no `GET …/models` (HTTP 404)"),
        (Response(405), Outcome.OTHER_KIND, "it has no `GET …/models` (HTTP 405)"),
        (Response(501), Outcome.OTHER_KIND, "it has no `GET …/models` (HTTP 501)"),
        (Response(503, LOADING), Outcome.LOADING, "it is loading a model"),
        (Response(503, {"error": "still loading model"}), Outcome.LOADING, "it is loading a model"),
        (Response(503, {"error": "busy"}), Outcome.FAILING, "it answers `GET …/models` with HTTP 503"),
        (
            Response(503, {"error": {"message": 5}}),
            Outcome.FAILING,
            "it answers `GET …/models` with HTTP 503",
        ),
        (Response(503, ["loading"]), Outcome.FAILING, "it answers `GET …/models` with HTTP 503"),
        (Response(500, LOADING), Outcome.FAILING, "it answers `GET …/models` with HTTP 500"),
        (Response(504), Outcome.FAILING, "it answers `GET …/models` with HTTP 504"),
        (
            Response(429),
            Outcome.RATE_LIMITED,
            "it answers `GET …/models` with HTTP 429",
        ),
        (Response(304), Outcome.INVALID_RESPONSE, "it answers `GET …/models` with HTTP 304"),
        (Response(418), Outcome.INVALID_RESPONSE, "it answers `GET …/models` with HTTP 418"),
        (Response(201, {"data": []}), Outcome.INVALID_RESPONSE, "it answers `GET …/models` with HTTP 201"),
        (
            Response(302),
            Outcome.INVALID_RESPONSE,
            "it answers `GET …/models` with a redirect (HTTP 302), which is not followed",
        ),
        (Response(200, defect="is HTML"), Outcome.INVALID_RESPONSE, "its answer to `GET …/models` is HTML"),
        (Response(200, []), Outcome.INVALID_RESPONSE, "its answer to `GET …/models` is not a JSON object"),
        (Response(200, "x"), Outcome.INVALID_RESPONSE, "its answer to `GET …/models` is not a JSON object"),
        (
            Response(200, {"error": "Unexpected endpoint or method. (GET /models)"}),
            Outcome.OTHER_KIND,
            "it has no `GET …/models`",
        ),
        (Failure(Outcome.UNREACHABLE, "nothing came"), Outcome.UNREACHABLE, "nothing came"),
    ],
)
def test_unusable_response_has_a_reason(answer: Response | Failure, outcome: Outcome, detail: str) -> None:
    path_missing = detail.startswith("it has no")
    assert document_of(MODELS, answer) == Failure(outcome, detail, path_missing)
    with pytest.raises(UnusableResponseError) as refused:
        needed_document(MODELS, answer)
    assert refused.value.observation == Observation(outcome, detail, path_missing=path_missing)


def test_rows_are_objects_with_a_text_as_id() -> None:
    rows = [{"id": "a"}, {"id": ""}]
    assert needed_rows(MODELS, {"data": rows}, "data", "id") == [("a", rows[0]), ("", rows[1])]
    assert len(needed_rows(MODELS, {"data": [{"id": "a"}] * MOST_ROWS}, "data", "id")) == MOST_ROWS


@pytest.mark.parametrize(
    ("document", "defect"),
    [
        ({}, "has no list `data`"),
        ({"data": None}, "has no list `data`"),
        ({"data": {}}, "has no list `data`"),
        ({"data": [{"id": "a"}] * (MOST_ROWS + 1)}, "lists more than 10000 models"),
        ({"data": [{"id": "a"}, "b"]}, "contains a row in `data` that is no object"),
        ({"data": [{"name": "a"}]}, "contains a row in `data` whose `id` is no string"),
        ({"data": [{"id": 5}]}, "contains a row in `data` whose `id` is no string"),
        ({"data": [{"id": None}]}, "contains a row in `data` whose `id` is no string"),
    ],
)
def test_other_rows_are_an_invalid_response(document: dict[str, Any], defect: str) -> None:
    with pytest.raises(UnusableResponseError) as refused:
        needed_rows(MODELS, document, "data", "id")
    detail = f"its answer to `GET …/models` {defect}"
    assert (
        refused.value.observation
        == Observation(Outcome.INVALID_RESPONSE, detail)
        == malformed(MODELS, defect).observation
    )


@pytest.mark.parametrize(
    ("owners", "program"),
    [
        ([], None),
        (["llamacpp"], "llama-server"),
        (["vllm", "vllm"], "vLLM"),
        (["sglang"], "SGLang"),
        (["library"], "Ollama"),
        (["llama-swap"], None),  # the own one
        (["llamacpp", "llama-swap"], None),
        (["llamacpp", "vllm"], None),
        (["llamacpp", "sam"], None),
        (["llamacpp", None], None),
        (["sam"], None),
        ([["vllm"]], None),
    ],
)
def test_a_program_is_named_by_all_rows_or_not_at_all(owners: list[object], program: str | None) -> None:
    own = {"llama-swap": "llama-swap"}
    assert other_program(owners, own) == program
    if program is None:
        refuse_other_kind(MODELS, owners, own)
        return
    with pytest.raises(UnusableResponseError) as refused:
        refuse_other_kind(MODELS, owners, own)
    detail = f"its answer to `GET …/models` names {program} as its program"
    assert refused.value.observation == Observation(Outcome.OTHER_KIND, detail)


OWN = {"vllm": "vLLM", "sglang": "SGLang"}


@pytest.mark.parametrize("owner", [None, 5, "sam", "llamacpp"])
@pytest.mark.parametrize("outcome", [Outcome.OTHER_KIND, Outcome.INVALID_RESPONSE])
def test_host_without_owners_and_second_response_is_another_kind(outcome: Outcome, owner: object) -> None:
    with pytest.raises(UnusableResponseError) as refused:
        require_known_owner(
            Failure(outcome, "it has no `GET /x`", path_missing=True), [("a", {"owned_by": owner})], OWN
        )
    detail = "it has no `GET /x`, and its listing does not name vLLM or SGLang"
    assert refused.value.observation == Observation(Outcome.OTHER_KIND, detail, path_missing=True)


@pytest.mark.parametrize(
    ("outcome", "owners"),
    [
        (Outcome.OTHER_KIND, ["vllm"]),
        (Outcome.INVALID_RESPONSE, ["sam", None, "sglang"]),
        (Outcome.UNREACHABLE, []),
        (Outcome.KEY_REFUSED, [None]),
    ],
)
def test_known_path_or_owner_identifies_a_host(outcome: Outcome, owners: list[object]) -> None:
    rows: list[Row] = [(str(number), {"owned_by": owner}) for number, owner in enumerate(owners)]
    assert owners_of(rows) == owners
    require_known_owner(Failure(outcome, "why"), rows, OWN)


@pytest.mark.parametrize("listed", [None, "b", {"b": 1}, ["b", 5]])
def test_malformed_aliases_are_ignored(listed: object) -> None:
    assert aliases_in(listed, "a") is None


def test_aliases_are_the_other_names() -> None:
    assert aliases_in(["c", "a", "b", "c"], "a") == ("b", "c")
    assert aliases_in([], "a") == ()


@pytest.mark.parametrize("value", [None, 5, "x", [], [{}]])
def test_missing_object_is_empty(value: object) -> None:
    assert object_in({"meta": value}, "meta") == object_in({}, "meta") == {}
    assert object_in({"meta": {"n_ctx": value}}, "meta") == {"n_ctx": value}


def test_a_host_has_no_more_other_names_than_are_kept() -> None:
    half = tuple(map(str, range(MOST_NAMES // 2)))
    models = [SeenModel("a", Window(1), half), SeenModel("b", Window(1)), SeenModel("c", Window(1), (), half)]
    refuse_too_many(MODELS, models)
    with pytest.raises(UnusableResponseError) as refused:
        refuse_too_many(MODELS, [*models, SeenModel("d", Window(1), ("x",))])
    assert refused.value.observation == Observation(
        Outcome.INVALID_RESPONSE, "its answer to `GET …/models` lists more than 10000 other names"
    )


def test_names_are_truncated() -> None:
    long = {"id": "x" * (LONGEST_NAME + 1)}
    assert needed_rows(MODELS, {"data": [long]}, "data", "id") == [("x" * LONGEST_NAME, long)]
    assert truncate("x" * LONGEST_NAME) == truncate("x" * (LONGEST_NAME + 1)) == "x" * LONGEST_NAME


def test_repeated_names_are_sorted_and_reported_once() -> None:
    assert repeated(["b", "a", "b", "c", "a", "b"]) == ("a", "b")
    assert repeated([]) == ()


def test_each_model_counts_once_by_its_first_row() -> None:
    first, same, other = (
        SeenModel("a", Window(8192), aliases=("b",)),
        SeenModel("a", Window(8192)),
        SeenModel("a", Window(4096)),
    )
    last = SeenModel("0", Window(None, "why"))
    assert distinct([first, same, last]) == (last, first)
    (disputed,) = distinct([first, other, same])
    assert disputed.aliases == ("b",)
    assert disputed.window == Window(None, "the host lists it more than once, with different windows")


@pytest.mark.parametrize("value", [0, -1, True, 8192.0, "8192", None, [], LARGEST_WINDOW + 1])
def test_other_values_are_no_number_of_tokens(value: object) -> None:
    assert tokens_of(value) is None
    assert (
        agreed_window([value]) == agreed_window([8192, value]) == Window(None, "the host does not report it")
    )


@pytest.mark.parametrize("value", [1, 8192, LARGEST_WINDOW])
def test_numbers_of_tokens(value: int) -> None:
    assert tokens_of(value) == value
    assert agreed_window([value, value]) == Window(value)


def test_values_that_disagree_are_no_window() -> None:
    reason = "the host reports several, from 1024 to 8192 tokens"
    assert agreed_window([4096, 8192, 1024]) == Window(None, reason)
