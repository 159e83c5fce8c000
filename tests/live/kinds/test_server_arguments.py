"""The window in a command line, by the rules of llama.cpp; numbers marked real are those of a real server."""

import pytest

from booconf.live.kinds.server_arguments import LONGEST, window_of_command, window_of_llama_server

NOT_READ = "its command line does not start llama-server or vLLM itself"
NOT_SET = "its command line sets no context size"
TRAINED = "its command line requests the context that the model was trained for"
NO_SENSE = "its command line sets an impossible context size"


@pytest.mark.parametrize(
    ("flags", "window"),
    [
        pytest.param("-c 8192 -np 2", 4096, id="real: a share of the pool"),
        pytest.param("-c 8192", 8192, id="real: four unified slots by default"),
        pytest.param("-c 8192 -np -1", 8192, id="real: the default requested"),
        pytest.param("-c 8192 -np 4 -kvu", 8192, id="real: a unified pool"),
        pytest.param("-c 10000 -np 3", 3584, id="real: a share is rounded up"),
        pytest.param("-c 8193 -np 2", 4352, id="real: the pool is rounded up first"),
        pytest.param("-c 10000 -np 1", 10240, id="real: one slot is rounded up"),
        pytest.param("-c 100 -np 1", 256, id="real: the smallest"),
        pytest.param("-c 16384 -np 4 --kv-unified-per-slot 2048", 2048, id="real: a capped slot"),
        pytest.param("-c 4096 -np 4 --kv-unified-per-slot 2048", 1024, id="real: a cap above the share"),
        pytest.param("-c 0 -np 4 --kv-unified-per-slot 2000", 2000, id="real: a cap that sizes the pool"),
        pytest.param("-np 4 --kv-unified-per-slot 2048", 2048, id="a cap without a context"),
        pytest.param("-c 4096 --ctx-size 8192", 8192, id="the last one counts"),
        pytest.param("--ctx-size 8192 -c 4096", 4096, id="the last one counts, however it is spelled"),
        pytest.param("--ctx_size 8192 --parallel 2", 4096, id="underscores"),
        pytest.param("-np 8 -c 8192 -np 2", 4096, id="the last number of slots counts"),
        pytest.param("-c 8192 -np 2 --kv-unified --no-kv-unified", 4096, id="not unified after all"),
        pytest.param("-c 8192 -np 2 -no-kvu -kvu", 8192, id="unified after all"),
        pytest.param("-c +8192", 8192, id="a sign"),
        pytest.param("-c 8192 -cd 1024 --n-predict 4", 8192, id="options that do not matter"),
        pytest.param("-c 65536 -np 1", 65536, id="an upper bound: the model may be trained for less"),
    ],
)
def test_the_window_of_a_slot(flags: str, window: int) -> None:
    assert window_of_command(f"llama-server -m model.gguf {flags} --port 9001").tokens == window
    assert window_of_llama_server(flags.split()).tokens == window


@pytest.mark.parametrize(
    ("flags", "reason"),
    [
        ("", NOT_SET),
        ("-np 2", NOT_SET),
        ("--ctx-size=8192", NOT_SET),  # llama.cpp has no such form
        ("-c 0", TRAINED),
        ("-c 0 -np 4 --kv-unified-per-slot 0", TRAINED),
        ("-c -1", NO_SENSE),
        ("-c many", NO_SENSE),
        ("-c 8k", NO_SENSE),
        ("-c 8192.0", NO_SENSE),
        ("-c ٨١٩٢", NO_SENSE),
        ("-c", NO_SENSE),
        ("-c 8192 -np 0", NO_SENSE),
        ("-c 8192 -np -2", NO_SENSE),
        ("-c 8192 --kv-unified-per-slot -1", NO_SENSE),
        (f"-c {'9' * 16}", NO_SENSE),
        (f"-c {'9' * 5000}", NO_SENSE),
    ],
)
def test_undetermined_window_of_llama_server_is_unknown(flags: str, reason: str) -> None:
    window = window_of_command(f"llama-server -m model.gguf {flags}")
    assert (window.tokens, window.reason) == (None, reason)


@pytest.mark.parametrize(
    "program",
    [
        "llama-server",
        "/usr/local/bin/llama-server",
        "llama-server.exe",
        "LLAMA-SERVER.EXE",
        r"C:\llama\llama-server.exe",
        r'"C:\Program Files\llama.cpp\llama-server.exe"',
        "'/opt/my models/llama-server'",
        r"/opt/my\ models/llama-server",
        "/opt/'my models'/llama-server",
        "/app/llama-server-latest",
        "llama-server-b6123",
        "llama-server_vulkan.exe",
        "llama serve",
        "/usr/bin/llama serve",
        "env llama-server",
        "/usr/bin/env CUDA_VISIBLE_DEVICES=0 llama-server",
    ],
)
def test_programs_that_are_llama_server(program: str) -> None:
    assert window_of_command(f"{program} -c 8192 -np 2").tokens == 4096


@pytest.mark.parametrize(
    "command",
    [
        "",
        "   ",
        "# nothing but a comment",
        "docker run --rm ghcr.io/ggml-org/llama.cpp:server -c 8192",
        "podman run llama-server -c 8192",
        "bash -c 'llama-server -c 8192'",
        "sh -c 8192",
        "/opt/llama-server-wrapper -c 8192",
        "/opt/llama-server-start.sh -c 8192",
        "llama-server.py -c 8192",
        "python3 -m llama_cpp.server --n_ctx 8192",
        "llama-cli -c 8192",
        "llama run -c 8192",
        "my-llama-server -c 8192",
        "env",
        "env -i llama-server -c 8192",
        "vllm bench --max-model-len 8192",
        "python server.py -c 8192",
        "vllm",
        "llama",
        f"llama-server -c 8192 {' ' * LONGEST}",
    ],
)
def test_other_programs_are_not_read(command: str) -> None:
    window = window_of_command(command)
    assert (window.tokens, window.reason) == (None, NOT_READ)


@pytest.mark.parametrize(
    "command",
    [
        "llama-server \\\n  -m model.gguf \\\n  -c 8192 \\\n  -np 2\n",
        "llama-server\\\n-c 8192 -np 2",  # a continued line ends a word in llama-swap
        "# the big one\nllama-server -m model.gguf\n  # -c 1024\n-c 8192\n-np 2",
        "llama-server -c 8192\r\n-np 2\r\n",
        "llama-server -c '8192' -np \"2\"",
        "llama-server -c 81'9'2 -np \\2",
        'llama-server --chat-template-kwargs \'{"a": "-c 1"}\' -c 8192 -np 2',
        r'llama-server --alias "a \"-c 1\" b" -c 8192 -np 2',
        r'C:\llama\llama-server.exe --alias "Sam s" -m D:\models\x.gguf -c 8192 -np 2',
        "llama-server -c 8192 -np 2 --alias 'never closed",
        'llama-server -c 8192 -np 2 --alias "never closed',
        "llama-server -c 8192 -np 2 \\",
    ],
)
def test_words_are_split_as_llama_swap_does(command: str) -> None:
    assert window_of_command(command).tokens == 4096


def test_env_counts_if_the_command_line_sets_nothing() -> None:
    environment = "env LLAMA_ARG_CTX_SIZE=8192 LLAMA_ARG_N_PARALLEL=2 OTHER=1"
    assert window_of_command(f"{environment} llama-server").tokens == 4096
    assert window_of_command(f"{environment} llama-server -c 1024 -np 1").tokens == 1024


@pytest.mark.parametrize(
    "program",
    ["vllm serve org/model", "/venv/bin/vllm serve", "python3.12 -m vllm.entrypoints.openai.api_server"],
)
@pytest.mark.parametrize(
    ("flags", "window"),
    [
        ("--max-model-len 16384", 16384),
        ("--max-model-len=16384", 16384),
        ("--max_model_len 16384", 16384),
        ("--max-model-len 1024 --max-model-len 2048", 2048),
        ("--max-model-len 1k", 1000),
        ("--max-model-len 1K", 1024),
        ("--max-model-len 25.6k", 25600),
        ("--max-model-len 1m", 1_000_000),
    ],
)
def test_window_of_vllm_is_set(program: str, flags: str, window: int) -> None:
    assert window_of_command(f"{program} {flags} --port 8000").tokens == window


@pytest.mark.parametrize(
    ("flags", "reason"),
    [
        ("", NOT_SET),
        ("--max-model-len auto", "vLLM chose its window by itself (`--max-model-len auto`)"),
        ("--max-model-len -1", "vLLM chose its window by itself (`--max-model-len auto`)"),
        ("--max-model-len", NO_SENSE),
        ("--max-model-len 0", NO_SENSE),
        ("--max-model-len 1.5", NO_SENSE),
        ("--max-model-len 1.5K", NO_SENSE),
        ("--max-model-len 8x", NO_SENSE),
        (f"--max-model-len {'9' * 16}t", NO_SENSE),
    ],
)
def test_undetermined_window_of_vllm_is_unknown(flags: str, reason: str) -> None:
    window = window_of_command(f"vllm serve org/model {flags}")
    assert (window.tokens, window.reason) == (None, reason)


@pytest.mark.parametrize(
    "command",
    [
        "llama-server --api-key sesame -c sesame",
        "env HF_TOKEN=sesame llama-server",
        "sesame --sesame",
        "vllm serve sesame --max-model-len sesame",
    ],
)
def test_observation_contains_no_text_of_a_command_line(command: str) -> None:
    assert "sesame" not in repr(window_of_command(command))


@pytest.mark.parametrize("piece", ['"', "'", "\\", "\\\n", "#\n", " ", "\n", "'\"", '\\"', "a ", "-c "])
def test_a_hostile_command_line_is_read_to_its_end(piece: str) -> None:
    assert window_of_command((piece * LONGEST)[:LONGEST]).tokens is None


@pytest.mark.parametrize(
    ("command", "requested", "is_fine"),
    [
        ("llama-server -c 8192 -np 1", 8192, True),
        ("llama-server -c 8192 -np 1", 7937, True),
        ("llama-server -c 8192 -np 1", 7936, False),
        ("llama-server -c 8192 -np 1", 8193, False),
        ("llama-server -c 10000 -np 3", 10000 // 3, True),
        ("vllm serve a --max-model-len 8192", 8192, True),
        ("vllm serve a --max-model-len 8192", 8191, False),
    ],
)
def test_llama_cpp_rounds_up_to_a_block_and_vllm_does_not(
    command: str, requested: int, is_fine: bool
) -> None:
    assert window_of_command(command).is_of(requested) is is_fine


def test_an_unknown_window_is_that_of_no_number() -> None:
    assert not window_of_command("llama-server").is_of(8192)
