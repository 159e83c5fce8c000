"""Saved observations: a round trip changes nothing, and any other file is rejected."""

import copy
import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from booconf.declaration.enums import Kind, ModelType
from booconf.fleet.model import Fleet
from booconf.live import adapter_of, saved
from booconf.live.flow import Response
from booconf.live.limits import LARGEST_WINDOW, MOST_VALUES
from booconf.live.observation import NameRole, Observation, Outcome, SeenModel, Window
from booconf.live.saved import SavedObservationsError, dump, restore
from tests.hosts.flows import replay
from tests.support.fleets import CLOUD, LOCAL, OTHER, fleet_of, fleet_text
from tests.support.schemas import schema

SIDECAR = "  sidecar: {base_url: http://127.0.0.1:9001}\n"
BESIDE_A_SIDECAR = LOCAL + SIDECAR
FLEET = fleet_of(fleet_text(BESIDE_A_SIDECAR, OTHER, CLOUD))
VALIDATOR = Draft202012Validator(schema("observations"))

SEEN = Observation(
    Outcome.ANSWERED,
    models=(
        SeenModel(
            "a",
            Window(32768, running=16384, block=256, from_command=True),
            ("fast", "x"),
            ("a:latest",),
            "chat",
        ),
        SeenModel("b", Window(None, "the model is not running"), is_unlisted=True),
    ),
    other_names={"peer/c": NameRole.PEER, "best": NameRole.SELECTOR},
    repeated=("b",),
    remarks=("the running models are unknown: it did not answer in time",),
    sidecar="it refuses connections",
    by_connect=True,
)

TEXT = """\
{
  "version": 1,
  "providers": {
    "one": {
      "kind": "llama-swap",
      "base_url": "http://127.0.0.1:8001",
      "api_base": "http://127.0.0.1:8001/v1",
      "sidecar": "http://127.0.0.1:9001",
      "observation": {
        "outcome": "answered",
        "detail": "",
        "models": [
          {
            "id": "a",
            "window": {
              "tokens": 32768,
              "reason": "",
              "running": 16384,
              "block": 256,
              "from_command": true
            },
            "aliases": ["fast", "x"],
            "equivalents": ["a:latest"],
            "type": "chat",
            "unlisted": false
          },
          {
            "id": "b",
            "window": {
              "tokens": null,
              "reason": "the model is not running",
              "running": null,
              "block": 1,
              "from_command": false
            },
            "aliases": null,
            "equivalents": [],
            "type": null,
            "unlisted": true
          }
        ],
        "other_names": {
          "best": "selector",
          "peer/c": "peer"
        },
        "repeated": ["b"],
        "remarks": ["the running models are unknown: it did not answer in time"],
        "sidecar": "it refuses connections",
        "by_connect": true,
        "path_missing": false
      }
    },
    "sky": {
      "kind": "openai-compatible",
      "base_url": "https://sky.example",
      "api_base": "https://sky.example/v1",
      "sidecar": null,
      "observation": {
        "outcome": "key unset",
        "detail": "`SKY_KEY` is not set",
        "models": [],
        "other_names": null,
        "repeated": [],
        "remarks": [],
        "sidecar": null,
        "by_connect": false,
        "path_missing": false
      }
    }
  }
}
"""


def test_file_has_the_expected_text() -> None:
    unset = Observation(Outcome.KEY_UNSET, "`SKY_KEY` is not set")
    assert dump(FLEET, {"sky": unset, "one": SEEN}) == TEXT
    assert restore(TEXT.encode(), FLEET, ["sky", "one"]) == {"sky": unset, "one": SEEN}


numbers = st.integers(1, LARGEST_WINDOW)
tokens = st.none() | numbers
texts = st.text(max_size=8) | st.sampled_from(
    ["\x1b[2J", "\u202e", "é", "\U0001f600", '"\\', "\u2028", "\x7f"]
)
names = st.lists(texts, max_size=3).map(tuple)
models = st.builds(
    SeenModel,
    id=texts,
    window=st.builds(Window, tokens, texts, tokens, numbers, st.booleans()),
    aliases=st.none() | names,
    equivalents=names,
    type=st.none() | st.sampled_from(get_args(ModelType)),
    is_unlisted=st.booleans(),
)
observations = st.builds(
    Observation,
    outcome=st.sampled_from([outcome for outcome in Outcome if outcome is not Outcome.SKIPPED]),
    detail=texts,
    models=st.lists(models, max_size=3, unique_by=lambda model: model.id).map(tuple),
    other_names=st.none() | st.dictionaries(texts, st.sampled_from(NameRole), max_size=3),
    repeated=names,
    remarks=names,
    sidecar=st.none() | texts,
    by_connect=st.booleans(),
    path_missing=st.booleans(),
)
of_providers = st.dictionaries(st.sampled_from(list(FLEET.providers)), observations)


@given(of_providers)
def test_round_trip_of_saved_observations(seen: dict[str, Observation]) -> None:
    text = dump(FLEET, seen)
    assert restore(text.encode("ascii"), FLEET, seen) == seen
    assert list(VALIDATOR.iter_errors(json.loads(text))) == []
    assert text.isascii()
    assert text.isprintable() or set(text) - {"\n"} <= set(map(chr, range(32, 127)))
    assert text.endswith("}\n")


@given(of_providers)
def test_the_order_is_that_of_the_fleet(seen: dict[str, Observation]) -> None:
    text = dump(FLEET, seen)
    assert text == dump(FLEET, dict(reversed(seen.items())))
    assert list(json.loads(text)["providers"]) == [name for name in FLEET.providers if name in seen]


def test_half_a_surrogate_pair_is_replaced_as_in_responses() -> None:
    seen = {"one": Observation(Outcome.ANSWERED, repeated=("x\ud800",))}
    assert restore(dump(FLEET, seen).encode("ascii"), FLEET, seen)["one"].repeated == ("x\ufffd",)


@pytest.mark.parametrize(
    ("declared", "detail"),
    [
        ({}, None),
        ({"llama-swap": "ollama"}, "the saved observation is of a host of kind `llama-swap`"),
        ({":8001": ":8009"}, "the saved observation is of another `base_url`"),
        (
            {"http://127.0.0.1:8001": "https://127.0.0.1:8001"},
            "the saved observation is of another `base_url`",
        ),
        (
            {SIDECAR.strip(): f"{SIDECAR.strip()}\n    api_path: /api"},
            "the saved observation is of another `api_path`",
        ),
        ({":9001": ":9009"}, "the saved observation is of another `sidecar`"),
        ({SIDECAR.strip(): ""}, "the saved observation is of another `sidecar`"),
    ],
)
def test_observation_of_another_declaration_is_not_used(declared: dict[str, str], detail: str | None) -> None:
    text = fleet_text(BESIDE_A_SIDECAR)
    for then, now in declared.items():
        text = text.replace(then, now)
    expected = Observation(Outcome.NOT_RECORDED, detail) if detail else SEEN
    assert restore(TEXT.encode(), fleet_of(text), ["one"]) == {"one": expected}


@pytest.mark.parametrize("optional", [True, False])
def test_skipped_counts_while_the_provider_is_optional(*, optional: bool) -> None:
    skipped = {"sky": Observation(Outcome.SKIPPED, "`SKY_KEY` is not set")}
    declared = CLOUD + ("  optional: true\n" if optional else "")
    unseen = {"sky": Observation(Outcome.NOT_RECORDED, "it was skipped then, being `optional`")}
    restored = restore(dump(FLEET, skipped).encode(), fleet_of(fleet_text(LOCAL, declared)), ["sky"])
    assert restored == (skipped if optional else unseen)


@pytest.mark.parametrize(
    ("raw", "is_ours"),
    [
        (TEXT.encode(), True),
        (b'{"providers":{},"version":7}', True),
        (TEXT.encode().ljust(saved.LARGEST_FILE + 1), False),
        (b'{"version": 1, "providers": []}', False),
        (b'{"version": 1, "providers": {"one": 1}}', False),
        (b'{"version": 1, "providers": {"one": {"kind": "vllm"}}}', False),
        (b'{"version": 1, "providers": {}, "roles": {}}', False),
        (b"[1]", False),
        (b"version: 1\n", False),
    ],
)
def test_saved_file_is_recognized_by_its_outline(raw: bytes, is_ours: bool) -> None:
    assert saved.is_saved(raw) == is_ours


def test_file_of_many_hosts_may_exceed_the_limit_of_one_response() -> None:
    many = tuple(SeenModel(f"model-{number}", Window(4096)) for number in range(MOST_VALUES // 10))
    seen = {"one": Observation(Outcome.ANSWERED, models=many)}
    assert restore(dump(FLEET, seen).encode(), FLEET, ["one"]) == seen


def test_provider_not_saved_is_not_recorded_and_unselected_one_left_out() -> None:
    found = restore(TEXT.encode(), FLEET, ["two"])
    assert found == {"two": Observation(Outcome.NOT_RECORDED, "no observation of it was saved")}


def test_observation_of_a_removed_provider_is_omitted() -> None:
    assert restore(TEXT.encode(), fleet_of(fleet_text(BESIDE_A_SIDECAR)), ["one"]) == {"one": SEEN}


def refusal(raw: bytes | str | object, fleet: Fleet = FLEET) -> str:
    """The reason why a file is refused, without the advice."""
    if not isinstance(raw, bytes):
        raw = (raw if isinstance(raw, str) else json.dumps(raw)).encode()
    with pytest.raises(SavedObservationsError) as raised:
        restore(raw, fleet, ["one"])
    defect, semicolon, advice = str(raised.value).rpartition("; ")
    assert (semicolon, advice) == ("; ", "save it anew with `booconf diff --save FILE`")
    return defect


@pytest.mark.parametrize(
    ("raw", "defect"),
    [
        (b"", "this is empty"),
        (b"hosts: {}", "this is not JSON"),
        (b"<html>", "this is HTML, not JSON"),
        (b'{"version": 1, "providers": {}', "this is not JSON"),
        (b'{"version": NaN}', "this contains `NaN`, which is no JSON"),
        (b'{"version": "\xff"}', "this is not UTF-8"),
        (b"\xef\xbb\xbf{}", "this starts with a byte order mark"),
        (b'{"version": 1, "version": 1}', "this contains one key twice in one object"),
        (b"[" * 100_000, "this is nested too deeply"),
        (b'{"version": 1, "providers": ' + b"9" * 5000 + b"}", "this is not JSON"),
    ],
)
def test_invalid_json_is_refused(raw: bytes, defect: str) -> None:
    assert refusal(raw) == defect


@pytest.mark.parametrize("document", [None, [], 5, {}, {"providers": {}}, {"hosts": []}])
def test_file_without_observations_is_refused(document: object) -> None:
    assert refusal(document) == "this contains no saved observations"


@pytest.mark.parametrize("version", [2, 0, "1", 1.0, True, None, [1]])
def test_another_version_is_refused(version: object) -> None:
    document = {"version": version, "providers": {}}
    assert refusal(document) == "this is of another version; this booconf reads version 1"


def test_a_file_of_the_largest_size_is_read_and_a_larger_one_refused() -> None:
    padded = TEXT.encode().ljust(saved.LARGEST_FILE)
    assert restore(padded, FLEET, ["one"]) == {"one": SEEN}
    with pytest.raises(SavedObservationsError) as raised:
        restore(padded + b" ", FLEET, ["one"])
    assert str(raised.value) == (
        "this is larger than 64 MiB; save fewer hosts at once with `booconf diff --provider ID --save FILE`"
    )


GONE = object()

MODELS = "providers.one.observation.models"


def changed(path: str, value: object) -> object:
    """The saved document with another value at a path, or without it."""
    document = json.loads(TEXT)
    *parents, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    place = document
    for step in parents:
        place = place[step]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "defect"),
    [
        ("providers", GONE, "this has no `providers`"),
        ("providers", [], "`providers` is no object"),
        ("more", 1, "`more` is not known"),
        ("providers/one", 5, "`providers.one` is no object"),
        ("providers/one/kind", GONE, "`providers.one` has no `kind`"),
        (
            "providers/one/kind",
            "llamafile",
            f"`providers.one.kind` is none of {', '.join(get_args(Kind))}",
        ),
        ("providers/one/base_url", None, "`providers.one.base_url` is no string"),
        ("providers/one/api_base", [], "`providers.one.api_base` is no string"),
        ("providers/one/sidecar", 5, "`providers.one.sidecar` is no string"),
        (
            "providers/one/observation/by_connect",
            None,
            "`providers.one.observation.by_connect` is neither true nor false",
        ),
        (
            "providers/one/observation/path_missing",
            0,
            "`providers.one.observation.path_missing` is neither true nor false",
        ),
        (
            "providers/one/observation/models/0/window/block",
            0,
            f"`{MODELS}[0].window.block` is no whole number from 1 to {LARGEST_WINDOW}",
        ),
        ("providers/one/observation/outcome", 3, "`providers.one.observation.outcome` is no string"),
        ("providers/one/observation/models", {}, f"`{MODELS}` is no list"),
        ("providers/one/observation/models/1/id", 5, f"`{MODELS}[1].id` is no string"),
        (
            "providers/one/observation/models/0/window/tokens",
            0,
            f"`{MODELS}[0].window.tokens` is no whole number from 1 to {LARGEST_WINDOW}",
        ),
        (
            "providers/one/observation/models/0/aliases/1",
            None,
            f"`{MODELS}[0].aliases[1]` is no string",
        ),
        (
            "providers/one/observation/models/0/unlisted",
            0,
            f"`{MODELS}[0].unlisted` is neither true nor false",
        ),
        (
            "providers/one/observation/models/0/cmd",
            "x",
            f"`{MODELS}[0].cmd` is not known",
        ),
        (
            "providers/one/observation/other_names/best",
            "model",
            "`providers.one.observation.other_names.best` is none of alias, peer, selector, profile",
        ),
        ("providers/one/observation/models/1/id", "a", f"`{MODELS}[1].id` is the id of an earlier one"),
        ("providers/a\nb\x1b[2J", 5, "`providers.a\\nb\\u{1b}[2J` is no object"),
    ],
)
def test_other_shapes_are_refused_with_their_path(path: str, value: object, defect: str) -> None:
    assert refusal(changed(path, value)) == defect


def test_end_of_a_long_key_is_shown() -> None:
    defect = refusal({"version": 1, "providers": {"x" * 5000: 1}})
    assert defect == f"`...{'x' * 200}` is no object"


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of a document, with each of its keys or indexes."""
    steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, value in steps:
        yield node, step
        yield from places(value)


others = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        1,
        5,
        -1,
        2**53,
        0.5,
        "",
        "a",
        "chat",
        "peer",
        "answered",
        [],
        ["a"],
        [1],
        [None],
        {},
    ]
) | st.sampled_from([{"a": "peer"}, {"a": 1}, {"tokens": 1, "reason": "", "running": None}])


@given(st.data())
def test_schema_and_reader_accept_the_same_documents(data: st.DataObject) -> None:
    """A document with something else somewhere, something less, or something more."""
    document = json.loads(TEXT)
    node, step = data.draw(st.sampled_from(list(places(document))))
    match data.draw(st.sampled_from(["replace", "remove", "add"])), node:
        case "replace", _:
            node[step] = copy.deepcopy(data.draw(others))
        case "remove", _:
            del node[step]
        case _, dict():
            node["more"] = copy.deepcopy(data.draw(others))
        case _:
            node.append(copy.deepcopy(data.draw(others)))
    try:
        restore(json.dumps(document).encode(), FLEET, ["one"])
        is_read = True
    except SavedObservationsError:
        is_read = False
    assert is_read == (VALIDATOR.is_valid(document) and not twice(document))


def twice(document: Any) -> bool:
    """True if a valid document contains two models of one id, which no schema can express."""
    seen = [provider["observation"]["models"] for provider in document["providers"].values()]
    return any(len({model["id"] for model in models}) < len(models) for models in seen)


def test_the_schema_has_every_word() -> None:
    parts = schema("observations")["$defs"]
    assert parts["provider"]["properties"]["kind"]["enum"] == list(get_args(Kind))
    assert parts["model"]["properties"]["type"]["enum"] == [*get_args(ModelType), None]
    seen = parts["observation"]["properties"]
    assert seen["outcome"]["enum"] == [outcome.value for outcome in Outcome]
    assert seen["other_names"]["additionalProperties"]["enum"] == [role.value for role in NameRole]
    assert parts["tokens"]["maximum"] == LARGEST_WINDOW


SECRET = "sk-swordfish"
COMMAND = f"llama-server --api-key {SECRET} -c 8192 -np 1 --hf-token={SECRET} -m /home/{SECRET}.gguf"

FIELDS = (
    "architecture", "args", "capabilities", "cmd", "config", "context_length", "created",
    "default_generation_settings", "description", "details", "digest", "env", "error", "llamaswap",
    "loaded_context_length", "loaded_instances", "max_context_length", "max_model_len", "meta", "modelID",
    "object", "owned_by", "parent", "path", "peerID", "permission", "proxy", "publisher", "remote_host",
    "remote_model", "role", "root", "source", "state", "status", "ttl", "type",
)  # fmt: skip
"""Members of a row other than names."""


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("value", [SECRET, [SECRET], {"x": SECRET}, {SECRET: 1}, COMMAND, [COMMAND]])
def test_file_contains_only_names_of_a_host(kind: Kind, value: object) -> None:
    """Every field of every row but a name contains a secret, and so do the command lines."""
    fields = dict.fromkeys(FIELDS, value)
    names = dict.fromkeys(("id", "name", "key", "model"), "the-model")
    rows: list[object] = [
        {**fields, **names},
        {
            **fields,
            **names,
            "cmd": COMMAND,
            "state": "ready",
            "status": {"value": "loaded", "args": COMMAND.split()},
        },
        {**names, "meta": {**fields, "llamaswap": {**fields, "type": "model"}}, "status": {"value": SECRET}},
        {**names, "loaded_instances": [fields, {"config": fields}], "parent": "the-model"},
    ]
    listing = {**fields, **dict.fromkeys(("data", "models", "running"), rows)}
    for first in (listing, {"error": f"Unexpected endpoint {SECRET}"}):
        adapter = adapter_of(kind)
        answers = [Response(200, first), *[Response(200, listing)] * 2]
        seen, _ = replay(adapter.observe(), answers)
        text = dump(FLEET, {"one": seen})
        assert "swordfish" not in text
        assert seen.outcome is not Outcome.ANSWERED or "the-model" in text


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("status", [200, 302, 401, 404, 500, 503])
@pytest.mark.parametrize("document", [SECRET, {"error": SECRET}, {"error": {"message": f"Loading {SECRET}"}}])
def test_file_contains_no_body(kind: Kind, status: int, document: object) -> None:
    adapter = adapter_of(kind)
    answers = [Response(status, document)] * len(adapter.REQUESTS)
    seen, _ = replay(adapter.observe(), answers)
    assert seen.outcome is not Outcome.ANSWERED
    assert "swordfish" not in dump(FLEET, {"one": seen})
