"""A real llama-server, probed as `booconf diff` probes it."""

import os
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from booconf.live.client import probe
from booconf.live.endpoint import Endpoint
from booconf.live.flow import Base
from booconf.live.kinds.server_arguments import window_of_command
from booconf.live.observation import Observation, Outcome, SeenModel, Window
from tests.hosts.llama_server import LlamaServer
from tests.hosts.real_llama_server import (
    TRAINED,
    loading_llama_server,
    real_llama_server,
    write_tiny_model,
)
from tests.hosts.simulator import Hosts

pytestmark = pytest.mark.xdist_group("llama_server")

CAN_HOLD_LOADING = ["real"] if hasattr(os, "mkfifo") else []
"""A server keeps loading while its file is a pipe, if the system has pipes."""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("model") / "tiny.gguf")


def seen(url: str, key: str | None = None) -> Observation:
    """Return the observation of the llama-server at `url`."""
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    bases = {Base.ROOT: url, Base.API: f"{url}/v1"}
    return probe({"host": Endpoint("llama-server", bases, headers, None)}, timeout=30)["host"]


@pytest.mark.parametrize(
    ("flags", "window"),
    [
        ("-c 8192 -np 2", 4096),
        ("-c 8192", 8192),
        ("-c 8192 -np 4 -kvu", 8192),
        ("-c 10000 -np 3", 3584),
        ("-c 8193 -np 2", 4352),
        ("-c 65536 -np 1", TRAINED),
        ("-c 0 -np 1", TRAINED),
        ("-c 0 -np 4 --kv-unified-per-slot 2048", 2048),
    ],
)
def test_the_window_is_that_of_one_slot(model: Path, flags: str, window: int) -> None:
    with real_llama_server(model, f"{flags} --alias tiny") as url:
        assert seen(url).models == (SeenModel("tiny", Window(window, block=256), aliases=()),)


@pytest.mark.parametrize(
    "flags",
    ["-c 8192 -np 2", "-c 8192", "-c 8192 -np 4 -kvu", "-c 10000 -np 3", "-c 8193 -np 2", "-c 1000 -np 1"]
    + [f"-c {context} -np 4 --kv-unified-per-slot 2048" for context in (0, 4096, 16384)],
)
def test_command_line_gives_the_same_window(model: Path, flags: str) -> None:
    with real_llama_server(model, flags) as url:
        (found,) = seen(url).models
    command = window_of_command(f"llama-server -m {model} {flags}")
    assert (found.window, command.from_command) == (replace(command, from_command=False), True)


def test_aliases_are_a_set_whose_first_is_the_id(model: Path) -> None:
    with real_llama_server(model, "-c 4096 --alias qwen,q,another") as url:
        (found,) = seen(url).models
    assert (found.id, found.aliases) == ("another", ("q", "qwen"))


def test_without_an_alias_the_id_is_the_file(model: Path) -> None:
    with real_llama_server(model, "-c 4096") as url:
        (found,) = seen(url).models
    assert (found.id, found.aliases) == (str(model), ())


def test_key_is_required(model: Path) -> None:
    with real_llama_server(model, "-c 4096 --api-key sesame") as url:
        outcomes = [seen(url, key).outcome for key in (None, "wrong", "sesame")]
    assert outcomes == [Outcome.KEY_REFUSED, Outcome.KEY_REFUSED, Outcome.ANSWERED]


@pytest.mark.parametrize("host", ["simulated", *CAN_HOLD_LOADING])
def test_loading_server_is_reported(host: str, tmp_path: Path) -> None:
    if host == "real":
        with loading_llama_server(tmp_path) as url:
            found = seen(url)
    else:
        with Hosts() as hosts:
            found = seen(hosts.add(LlamaServer(is_loading=True)).url)
    assert found == Observation(Outcome.LOADING, "it is loading a model")


def test_other_declared_kind_is_reported(model: Path) -> None:
    with real_llama_server(model, "-c 4096 --alias tiny") as url:
        bases = {Base.ROOT: url, Base.API: f"{url}/v1"}
        found = probe({"host": Endpoint("llama-swap", bases, {}, None)}, timeout=30)["host"]
    assert found.outcome is Outcome.OTHER_KIND
    assert "llama-server" in found.detail


def test_null_is_a_parameter_that_is_not_sent(model: Path) -> None:
    """opencode's files undo a `top_p` by null: the answer is that of the server's own value, here 0.95."""
    with real_llama_server(model, "-c 4096 --alias tiny") as url:
        own, null, other = (generated(url, **more) for more in ({}, {"top_p": None}, {"top_p": 0.01}))
    assert null == own != other


def generated(url: str, **more: float | None) -> str:
    """A text that the model generates from the same seed."""
    message = {"role": "user", "content": "hi"}
    body = {"model": "tiny", "messages": [message], "max_tokens": 12, "seed": 7, "temperature": 1.0, **more}
    answer = httpx.post(f"{url}/v1/chat/completions", json=body, timeout=60, trust_env=False)
    text: str = answer.raise_for_status().json()["choices"][0]["message"]["content"]
    return text
