"""A real llama-server (xllamacpp embeds that of llama.cpp) with a tiny random model, in a process of its own.

As a program it takes some flags of llama-server, so that `cmd` of a llama-swap config can start it.
"""

import argparse
import os
import shlex
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]

TRAINED = 32_768
"""Tokens that the tiny model claims to be trained for."""

STARTS = "BOOCONF_TEST_STARTS"
"""The environment variable that names a file to which each started server adds a line with its alias."""


def write_tiny_model(path: Path) -> Path:
    """A GGUF of one random layer, some 0.3 MB, which loads at once and generates noise."""
    import gguf  # noqa: PLC0415 - slow to import
    import numpy as np  # noqa: PLC0415 - as above, and the server itself does without

    width = 64
    tokens = [
        "<unk>",
        "<s>",
        "</s>",
        *(f"<0x{byte:02X}>" for byte in range(256)),
        *"abcdefghijklmnopqrstuvwxyz",
    ]
    kinds = [2, 3, 3, *[6] * 256, *[1] * 26]  # unknown, control, byte, normal
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(TRAINED)
    writer.add_embedding_length(width)
    writer.add_block_count(1)
    writer.add_feed_forward_length(width)
    writer.add_head_count(4)
    writer.add_head_count_kv(4)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(width // 4)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(kinds)
    random = np.random.default_rng(0)
    shapes: dict[str, tuple[int, ...]] = {"token_embd": (len(tokens), width), "output": (len(tokens), width)}
    shapes |= {"output_norm": (width,), "blk.0.attn_norm": (width,), "blk.0.ffn_norm": (width,)}
    for part in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"):
        shapes[f"blk.0.{part}"] = (width, width)
    for name, shape in shapes.items():
        writer.add_tensor(f"{name}.weight", random.standard_normal(shape, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def write_program(folder: Path) -> Path:
    """An executable `llama-server` that is this module, for systems with `#!`."""
    program = folder / "llama-server"
    program.write_text(
        f"#!{sys.executable}\nimport runpy, sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        f"runpy.run_module({__name__!r}, run_name='__main__')\n",
        encoding="utf-8",
        newline="\n",
    )
    program.chmod(0o755)
    return program


@contextmanager
def real_llama_server(model: Path, flags: str = "") -> Iterator[str]:
    """The URL of a server that is ready; it stops with the context, or when this process ends."""
    with _process(model, f"--port 0 {flags}") as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url, f"llama-server ended with {process.wait()}"
        yield url


@contextmanager
def loading_llama_server(folder: Path) -> Iterator[str]:
    """The URL of a server that loads a model for as long as the context lasts: its file is a pipe."""
    pipe = folder / "endless.gguf"
    os.mkfifo(pipe)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with _process(pipe, f"--port {port}") as process:
        while process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _process(model: Path, flags: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", __name__, "-m", str(model), "--until-end-of-input", *shlex.split(flags)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def main() -> None:
    """Serve until killed, and print the URL once ready."""
    parser = argparse.ArgumentParser(prog="llama-server", allow_abbrev=False)
    parser.add_argument("-m", "--model", required=True)
    parser.add_argument("-c", "--ctx-size", type=int, default=0)
    parser.add_argument("-np", "--parallel", type=int, default=-1)
    parser.add_argument("-kvu", "--kv-unified", action="store_true")
    parser.add_argument("--kv-unified-per-slot", type=int, default=0)
    parser.add_argument("-a", "--alias", default="")
    parser.add_argument("--api-key", default="")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--until-end-of-input", action="store_true")
    options = parser.parse_args()
    if options.until_end_of_input:
        threading.Thread(target=_end_with_input, daemon=True).start()
    if log := os.environ.get(STARTS):
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(f"{options.alias}\n")
    _serve(options)


def _serve(options: argparse.Namespace) -> None:
    import xllamacpp  # type: ignore[import-untyped]  # noqa: PLC0415 - no types; 100 MB for this process alone

    parameters = xllamacpp.CommonParams()
    parameters.model.path = options.model
    parameters.n_ctx = options.ctx_size
    parameters.n_parallel = options.parallel
    parameters.kv_unified = options.kv_unified
    if options.kv_unified_per_slot:
        parameters.kv_unified_per_slot = options.kv_unified_per_slot
    if options.alias:
        parameters.model_alias = set(options.alias.split(","))
    if options.api_key:
        parameters.api_keys = [options.api_key]
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = options.port
    parameters.warmup = False
    parameters.fit_params = False  # it would read the model before the server listens
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    threading.Event().wait()


def _end_with_input() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
