"""Behavior of both generated modules beyond the vectors: read-only values, errors, no environment read."""

import copy
import json
import os
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest

from booconf.fleet.resolve import ResolutionErrorCode
from tests.clients.routing_vectors import load
from tests.clients.source_tools import run_json
from tests.clients.tools import node
from tests.support.fleets import fleet_of
from tests.targets.routing_fleets import FLEETS

QWEN = "sam-desktop/qwen3.6-35b-a3b"


@pytest.fixture(scope="module")
def routing(generated: Path) -> ModuleType:
    """routing.py of the committed fleet."""
    return load(generated / "committed" / "routing.py")


@pytest.fixture(scope="module")
def hostile(generated: Path) -> ModuleType:
    """routing.py of the hostile fleet."""
    return load(generated / "hostile" / "routing.py")


def evaluate(compiled: Path, expression: str) -> Any:
    """The value of a JavaScript expression in which `routing` is the module."""
    program = f"""
        import * as routing from {json.dumps(compiled.as_uri())};
        const failure = (ask) => {{ try {{ ask(); }} catch (error) {{ return error; }} }};
        const refused = (change) => failure(change) instanceof TypeError;
        process.stdout.write(JSON.stringify({expression}));
    """
    return run_json([node(), "--input-type=module", "--eval", program])


@pytest.fixture(scope="module")
def committed_js(generated: Path, tsc_report: str) -> Path:
    """The compiled routing.ts of the committed fleet."""
    assert tsc_report == ""
    return generated / "compiled" / "committed" / "routing.js"


def test_a_declared_id_resolves_to_one_route_object(routing: ModuleType, committed_js: Path) -> None:
    same = f"routing.resolve({QWEN!r}) === routing.resolve({QWEN!r})"

    assert routing.resolve(QWEN) is routing.resolve(QWEN)
    assert evaluate(committed_js, same) is True


def test_an_alias_resolves_to_the_route_of_its_model(hostile: ModuleType) -> None:
    assert hostile.resolve("rejecting/o1") is hostile.resolve("rejecting/only")


def test_a_route_of_routing_py_cannot_be_changed(routing: ModuleType) -> None:
    route = routing.resolve(QWEN)

    with pytest.raises(FrozenInstanceError):
        route.request_base = "http://elsewhere"
    with pytest.raises(TypeError):
        route.headers["Authorization"] = "Bearer secret"


COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
    "oldest pickle": lambda value: pickle.loads(pickle.dumps(value, protocol=0)),
}


@pytest.mark.parametrize("duplicate", COPIES.values(), ids=COPIES)
def test_values_of_routing_py_can_be_copied_and_stay_read_only(
    hostile: ModuleType, duplicate: Callable[[Any], Any]
) -> None:
    provider = next(provider for provider in hostile.PROVIDERS if provider.headers)
    route = hostile.resolve(provider.models[0].id)

    assert duplicate(hostile.LEGACY) == hostile.LEGACY
    assert duplicate(hostile.PROVIDERS) == hostile.PROVIDERS
    assert duplicate(route) == route
    with pytest.raises(FrozenInstanceError):
        duplicate(route).request_base = "http://elsewhere"
    for again in (duplicate(route), duplicate(provider)):
        with pytest.raises(TypeError):
            again.headers["Authorization"] = "Bearer secret"


def test_a_route_of_routing_py_can_be_turned_into_a_dict(hostile: ModuleType) -> None:
    provider = next(provider for provider in hostile.PROVIDERS if provider.headers)
    route = hostile.resolve(provider.models[0].id)

    assert json.loads(json.dumps(asdict(route))) == json.loads(json.dumps(route.to_json()))
    assert asdict(provider)["headers"] == dict(provider.headers)


@pytest.mark.parametrize(
    "change",
    [
        lambda headers: headers.__setitem__("a", "b"),
        lambda headers: headers.__delitem__(next(iter(headers))),
        lambda headers: headers.__ior__({"a": "b"}),
        lambda headers: headers.update(a="b"),
        lambda headers: headers.setdefault("a", "b"),
        lambda headers: headers.pop(next(iter(headers))),
        lambda headers: headers.popitem(),
        lambda headers: headers.clear(),
    ],
)
def test_headers_of_routing_py_are_read_only(
    hostile: ModuleType, change: Callable[[dict[str, str]], object]
) -> None:
    provider = next(provider for provider in hostile.PROVIDERS if provider.headers)
    before = dict(provider.headers)

    with pytest.raises(TypeError, match="read-only"):
        change(provider.headers)

    assert provider.headers == before


def test_a_route_of_routing_py_can_be_a_key(routing: ModuleType) -> None:
    assert {routing.resolve(QWEN): 1}[routing.resolve(QWEN)] == 1


@pytest.mark.parametrize("text", [QWEN, "qwen3.6-35b-a3b", "sam-desktop/not-declared"])
@pytest.mark.parametrize(
    "change",
    [
        "route.request_base = ''",
        "route.headers.Authorization = ''",
        "route.capabilities.push('')",
        "delete route.id",
    ],
)
def test_a_route_of_routing_ts_cannot_be_changed(committed_js: Path, text: str, change: str) -> None:
    expression = (
        f"(() => {{ const route = routing.resolve({text!r}); return refused(() => {{ {change}; }}); }})()"
    )

    assert evaluate(committed_js, expression) is True


VOICE = "no-chat/voice"
"""A model whose extra_body contains every type of JSON, nested, and names that are traps."""

BODY = {
    "it's": ["`${x}`", "</script>", "{{7*7}}", "{env:HOME}"],
    "日本語": {
        "__proto__": {"__proto__": None, "constructor": [1, {"toString": "\u2028"}]}, "0": {}, "a": []
    },
    "deep": [[[[{"a": [[], {}, [{}]]}]]]],
    "numbers": [0, -1, 0.1, -5.5, 9007199254740991],
    "flags": [True, False, None],
}  # fmt: skip


def test_members_of_the_body_arrive_as_declared(
    hostile: ModuleType, generated: Path, tsc_report: str
) -> None:
    assert tsc_report == ""
    compiled = generated / "compiled" / "hostile" / "routing.js"
    written = json.dumps(hostile.resolve(VOICE).to_json()["extra_body"])

    assert json.loads(written) == BODY
    assert list(json.loads(written)) == list(BODY)
    assert evaluate(compiled, f"routing.resolve({VOICE!r}).extra_body") == BODY
    assert (
        hostile.resolve("rejecting/only").extra_body == hostile.resolve("123/not-declared").extra_body == {}
    )


@pytest.mark.parametrize("duplicate", COPIES.values(), ids=COPIES)
def test_nested_members_of_routing_py_can_be_copied_and_stay_read_only(
    hostile: ModuleType, duplicate: Callable[[Any], Any]
) -> None:
    route = hostile.resolve(VOICE)
    again = duplicate(route)

    assert (again, hash(again)) == (route, hash(route))
    with pytest.raises(TypeError, match="read-only"):
        again.extra_body["日本語"]["__proto__"]["constructor"] = 1
    with pytest.raises(TypeError, match="does not support item assignment"):
        again.extra_body["deep"][0] = 1


@pytest.mark.parametrize(
    "change",
    [
        "body.more = 1",
        "body.flags.push(1)",
        "body.deep[0][0][0][0].a[2][0].b = 1",
        "body['日本語'].__proto__.constructor[1].toString = 1",
        "delete body['日本語']['0']",
    ],
)
def test_nested_members_of_routing_ts_cannot_be_changed(
    generated: Path, tsc_report: str, change: str
) -> None:
    assert tsc_report == ""
    compiled = generated / "compiled" / "hostile" / "routing.js"
    expression = (
        f"(() => {{ const body = routing.resolve({VOICE!r}).extra_body; "
        f"return refused(() => {{ {change}; }}); }})()"
    )

    assert evaluate(compiled, expression) is True


def test_error_has_code_and_requested_id(hostile: ModuleType, generated: Path, tsc_report: str) -> None:
    with pytest.raises(hostile.ResolutionError) as caught:
        hostile.resolve("retired/x")
    fields = "(({ name, code, id, message }) => [name, code, id, message])"
    compiled = generated / "compiled" / "hostile" / "routing.js"

    report = evaluate(compiled, f"{fields}(failure(() => routing.resolve('retired/x')))")

    assert (caught.value.code, caught.value.id) == ("retired", "retired/x")
    assert str(caught.value) == "'retired/x' belongs to a provider that is retired"
    assert report == [
        "ResolutionError", "retired", "retired/x", '"retired/x" belongs to a provider that is retired'
    ], tsc_report  # fmt: skip


def test_an_error_of_routing_py_survives_pickling(routing: ModuleType) -> None:
    error = routing.ResolutionError("retired", "x/y", "gone")

    again = pickle.loads(pickle.dumps(error))

    assert (again.code, again.id, str(again)) == ("retired", "x/y", "gone")


def test_control_characters_of_an_id_do_not_reach_the_message(
    routing: ModuleType, committed_js: Path
) -> None:
    with pytest.raises(routing.ResolutionError) as caught:
        routing.resolve("a\x1b[2Jb\n")
    message = evaluate(committed_js, "failure(() => routing.resolve('a\\x1b[2Jb\\n')).message")

    assert str(caught.value).isprintable()
    assert message.isprintable()


def test_the_environment_of_the_process_is_never_read(
    routing: ModuleType, committed_js: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", "set")
    sections = [section["id"] for section in routing.catalog_view()["sections"]]

    assert sections == ["favorites", "sam-desktop", "embedding"]
    assert evaluate(committed_js, "routing.catalogView().sections.map((section) => section.id)") == sections


def test_environ_itself_may_be_given(
    routing: ModuleType, committed_js: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", "set")
    sections = [section["id"] for section in routing.catalog_view(env=os.environ)["sections"]]

    assert sections[-1] == "deepseek"
    assert (
        evaluate(committed_js, "routing.catalogView({ env: process.env }).sections.at(-1).id") == "deepseek"
    )


def test_a_view_may_be_changed_without_changing_the_next(routing: ModuleType) -> None:
    view = routing.catalog_view(favorites=[QWEN])
    expected = json.dumps(view)

    for section in view["sections"]:
        for row in section["models"]:
            row["capabilities"].append("changed")
            row["favorite"] = None

    assert json.dumps(routing.catalog_view(favorites=[QWEN])) == expected


NO_TEXT = [None, True, 5, 0.5, [], {}, [QWEN], {"id": QWEN}]
"""Values of a JSON setting that are no ids."""


def test_stored_favorites_that_are_no_text_are_hidden(routing: ModuleType, committed_js: Path) -> None:
    stored = [*NO_TEXT, QWEN, *NO_TEXT]
    expected = routing.catalog_view(favorites=[QWEN])

    assert routing.catalog_view(favorites=stored) == expected
    assert evaluate(committed_js, f"routing.catalogView({{ favorites: {json.dumps(stored)} }})") == expected
    odd = f"[undefined, , 5n, Symbol(), Object.create(null), {json.dumps(QWEN)}]"
    assert evaluate(committed_js, f"routing.catalogView({{ favorites: {odd} }})") == expected


@pytest.mark.parametrize("value", NO_TEXT)
@pytest.mark.parametrize(
    ("ask", "ask_js"),
    [
        ("resolve", "resolve"),
        ("context_window", "contextWindow"),
        ("to_opencode", "toOpencode"),
        ("from_opencode", "fromOpencode"),
    ],
)
def test_other_types_are_invalid_ids(
    routing: ModuleType, committed_js: Path, ask: str, ask_js: str, value: object
) -> None:
    with pytest.raises(routing.ResolutionError, match="an id is a string, not ") as caught:
        getattr(routing, ask)(value)
    fields = "(({ code, id, message }) => [code, id, message])"
    code, asked, message = evaluate(
        committed_js, f"{fields}(failure(() => routing.{ask_js}({json.dumps(value)})))"
    )

    assert (caught.value.code, caught.value.id) == (code, asked) == ("invalid-id", "")
    assert message.startswith("an id is a string, not ")


def test_other_types_are_no_model_ids(routing: ModuleType, committed_js: Path) -> None:
    assert [routing.is_model_id(value) for value in NO_TEXT] == [False] * len(NO_TEXT)
    values = f"[undefined, ...{json.dumps(NO_TEXT)}]"
    assert evaluate(committed_js, f"{values}.some(routing.isModelId)") is False


def test_enumerations_equal_those_of_the_compiler(routing: ModuleType) -> None:
    assert get_args(routing.RoleName) == tuple(fleet_of(FLEETS["committed"]).roles.by_name())
    assert get_args(routing.ResolutionErrorCode) == get_args(ResolutionErrorCode)


def test_constants_list_the_fleet_in_display_order(routing: ModuleType, committed_js: Path) -> None:
    constants = "[routing.MODEL_IDS, routing.PROVIDER_IDS, routing.DEFAULT_PROVIDER, routing.ROLES.arena]"

    model_ids, provider_ids, default_provider, arena = evaluate(committed_js, constants)

    assert list(routing.MODEL_IDS) == model_ids
    assert model_ids == [model.id for provider in routing.PROVIDERS for model in provider.models]
    assert list(routing.PROVIDER_IDS) == provider_ids == ["sam-desktop", "embedding", "deepseek"]
    assert routing.DEFAULT_PROVIDER == default_provider == "sam-desktop"
    assert list(routing.ROLES.arena) == arena


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (QWEN, True),
        ("qwen3.6-35b-a3b", False),
        ("sam-desktop/not-declared", False),
        ("__proto__", False),
        ("", False),
    ],
)
def test_only_declared_composite_ids_are_model_ids(
    routing: ModuleType, committed_js: Path, text: str, is_one: bool
) -> None:
    assert routing.is_model_id(text) is is_one
    assert evaluate(committed_js, f"routing.isModelId({text!r})") is is_one


def test_an_alias_is_no_model_id(hostile: ModuleType) -> None:
    assert hostile.resolve("rejecting/o1").declared
    assert not hostile.is_model_id("rejecting/o1")


def test_very_long_id_is_rejected_by_length(routing: ModuleType, committed_js: Path) -> None:
    with pytest.raises(routing.ResolutionError, match="is too long"):
        routing.resolve("m" * 257)

    assert evaluate(committed_js, "failure(() => routing.resolve('m'.repeat(1e6))).code") == "invalid-id"
