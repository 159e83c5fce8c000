"""A simulated llama-swap and, if BOOCONF_LLAMA_SWAP names a program, a real one give the same observation."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from booconf.live.client import probe
from booconf.live.endpoint import Endpoint
from booconf.live.flow import Base
from booconf.live.observation import NameRole, Observation, Outcome, SeenModel, Window
from tests.hosts.llama_swap import LlamaSwap, Model
from tests.hosts.real_llama_server import write_program, write_tiny_model
from tests.hosts.real_llama_swap import PROGRAM, real_llama_swap
from tests.hosts.simulator import Hosts, ReceivedRequest

pytestmark = pytest.mark.xdist_group("llama_server")

KEY = "sesame-of-the-swap"
SECRET = "sesame-of-the-model"
NOT_RUNNING = (
    "the host does not report one, and the model is not running; "
    "set `capabilities.context` in llama-swap's config.yaml"
)


def config(folder: Path, *, include_aliases: bool) -> LlamaSwap:
    """The configuration of both; three models run."""
    server = f"{folder / 'llama-server'} -m {folder / 'tiny.gguf'} --api-key {SECRET}"
    return LlamaSwap(
        models={
            "split": Model(f"{server} -c 8192 -np 2", aliases=["half", "Half"], metadata={"owner": "sam"}),
            "stale": Model(f"{server} \\\n  --ctx-size 4096 -np 1\n", context=16384),
            "trained": Model(f"{server} -c 0", tools=True, metadata={"type": "peer"}),
            "written": Model(server, context=32768, takes=["text", "image"], gives=["text"], tools=True),
            "variants": Model(server, aliases=["v"], set_params_by_id=["variants", "variants:high", "v"]),
            "org/sorted:7b": Model(server, reranker=True),
            "whisper": Model(server, takes=["audio"], gives=["text"]),
            "painter": Model(server, takes=["text"], gives=["image"]),
            "hidden": Model(server, aliases=["concealed"], unlisted=True),
        },
        running={"split": "ready", "stale": "ready", "trained": "ready"},
        peers={"cellar": ["gemma", "shared"], "attic": ["shared"]},
        selectors={"any": ["split", "written"]},
        pins={"llm": "split", "split": "written", "off": ""},
        include_aliases=include_aliases,
        key=KEY,
    )


MODELS = (
    SeenModel("org/sorted:7b", Window(None, NOT_RUNNING), aliases=(), type="rerank"),
    SeenModel("painter", Window(None, NOT_RUNNING), aliases=(), type="image"),
    SeenModel("split", Window(4096, block=256, from_command=True), aliases=("Half", "half")),
    SeenModel("stale", Window(16384, running=4096), aliases=()),
    SeenModel(
        "trained",
        Window(
            None,
            "the host does not report one, and its command line requests the context that the model was "
            "trained for; set `capabilities.context` in llama-swap's config.yaml",
        ),
        aliases=(),
    ),
    SeenModel("variants", Window(None, NOT_RUNNING), aliases=("v", "variants:high")),
    SeenModel("whisper", Window(None, NOT_RUNNING), aliases=(), type="audio"),
    SeenModel("written", Window(32768), aliases=(), type="chat"),
)

OTHER_NAMES = {
    "any": NameRole.SELECTOR,
    "attic/shared": NameRole.PEER,
    "cellar/gemma": NameRole.PEER,
    "cellar/shared": NameRole.PEER,
    "gemma": NameRole.PEER,
    "llm": NameRole.PROFILE,
}

ALIAS_ROWS = dict.fromkeys(("Half", "half", "v", "variants:high"), NameRole.ALIAS)


@dataclass(frozen=True)
class Subject:
    """A llama-swap under test: its address, its config, and its record of loaded models."""

    url: str
    config: LlamaSwap
    history: Callable[[], object]


@contextmanager
def subject_with(program: str | None, config: LlamaSwap, folder: Path) -> Iterator[Subject]:
    """A simulated llama-swap, or a real one where a program is given."""
    if program is None:
        with Hosts() as hosts:
            yield Subject(hosts.add(config).url, config, lambda: list(config.loads))
    else:
        write_program(folder)
        write_tiny_model(folder / "tiny.gguf")
        with real_llama_swap(program, folder, config) as host:
            yield Subject(host.url, config, lambda: (host.started(), host.processes()))


PROGRAMS = [pytest.param(None, id="simulated"), *([pytest.param(PROGRAM, id="real")] if PROGRAM else [])]


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "aliases-listed"])
def include_aliases(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(scope="module", params=PROGRAMS)
def subject(
    request: pytest.FixtureRequest, include_aliases: bool, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Subject]:
    folder = tmp_path_factory.mktemp("swap")
    with subject_with(request.param, config(folder, include_aliases=include_aliases), folder) as made:
        yield made


def seen(url: str, key: str | None = KEY) -> Observation:
    """Return the observation of the llama-swap at `url`."""
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    bases = {Base.ROOT: url, Base.API: f"{url}/v1"}
    return probe({"host": Endpoint("llama-swap", bases, headers, None)}, timeout=30)["host"]


def fetch(url: str) -> bytes:
    """The body of the response to a request with the key."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {KEY}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        body = answer.read()
    assert isinstance(body, bytes)
    return body


def without_chance(document: object) -> object:
    """A document without times and ports, and with aliases in order (llama-swap's vary)."""
    match document:
        case dict():
            return {
                key: sorted(value) if key == "aliases" else without_chance(value)
                for key, value in document.items()
                if key not in {"created", "proxy"}
            }
        case list():
            return [without_chance(item) for item in document]
        case str():
            return re.sub(r"\s*( --port \d+)?$", "", document)
    return document


def loosely(body: bytes) -> object:
    """A body as JSON if it is that."""
    return json.loads(body) if body.startswith(b"{") else body


def test_models_differ_from_other_names(subject: Subject) -> None:
    found = seen(subject.url)
    assert found.models == MODELS
    assert found.other_names == {**OTHER_NAMES, **(ALIAS_ROWS if subject.config.include_aliases else {})}
    assert (found.outcome, found.repeated, found.remarks) == (Outcome.ANSWERED, (), ())


@pytest.mark.parametrize("key", [None, "wrong", SECRET])
def test_a_wrong_key_is_refused(subject: Subject, key: str | None) -> None:
    assert seen(subject.url, key).outcome is Outcome.KEY_REFUSED


def test_no_command_line_is_kept(subject: Subject) -> None:
    assert not re.search(f"{SECRET}|gguf|--", repr(seen(subject.url)))


def test_probing_starts_stops_and_swaps_nothing(subject: Subject) -> None:
    before = subject.history()
    for _ in range(20):
        assert seen(subject.url).outcome is Outcome.ANSWERED
    assert subject.history() == before


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("path", ["/upstream/whisper/health", "/props?model=written", "/unload"])
def test_forbidden_requests_are_recorded(program: str | None, path: str, tmp_path: Path) -> None:
    with subject_with(program, config(tmp_path, include_aliases=False), tmp_path) as subject:
        before = subject.history()
        with suppress(urllib.error.HTTPError):  # what was loaded asks for a key of its own
            fetch(subject.url + path)
        assert subject.history() != before


@pytest.mark.parametrize("path", ["/v1/models", "/running"])
def test_every_field_is_simulated(subject: Subject, path: str) -> None:
    reply = subject.config(ReceivedRequest("GET", path, {"authorization": f"Bearer {KEY}"}))
    assert without_chance(json.loads(fetch(subject.url + path))) == without_chance(reply.body)


@pytest.mark.parametrize("accept", ["application/json", "text/plain"])
def test_a_refusal_is_simulated(subject: Subject, accept: str) -> None:
    reply = subject.config(ReceivedRequest("GET", "/running", {"accept": accept}))
    expected = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
    request = urllib.request.Request(f"{subject.url}/running", headers={"Accept": accept})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    with refused.value as error:
        assert (error.code, error.headers["WWW-Authenticate"]) == (401, reply.headers["WWW-Authenticate"])
        assert loosely(error.read()) == loosely(expected)


def test_another_kind_is_recognized(subject: Subject) -> None:
    bases = {Base.ROOT: subject.url, Base.API: f"{subject.url}/v1"}
    headers = {"Authorization": f"Bearer {KEY}"}
    before = subject.history()
    found = probe({"host": Endpoint("llama-server", bases, headers, None)}, timeout=30)["host"]
    assert found.outcome is Outcome.OTHER_KIND
    assert "llama-swap" in found.detail
    assert subject.history() == before
