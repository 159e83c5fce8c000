"""Fleets of any size for the benchmarks: the same bytes for the same number of models on any machine."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

PROVIDERS = 10
"""Hosts of a generated fleet: one with a sidecar, one optional cloud endpoint, the others plain hosts."""

FAMILIES = ("qwen3.6-35b-a3b", "gemma-3-27b-it", "granite-4.0-h-small", "olmo-3-32b", "glm-4.5-air")
QUANTIZATIONS = ("q4_k_m", "q5_k_m", "q6_k", "q8_0", "iq4_xs", "ud-q4_k_xl", "bf16")
WINDOWS = (65536, 16384, 32768, 49152, 131072, 262144)

Scalar = str | int | bool
Value = Scalar | list[str] | Mapping[str, "Value"]


def fleet(models: int) -> dict[str, Value]:
    """A declaration with `models` models over the providers, as plain data in the shape of fleet.yaml."""
    providers: dict[str, Value] = {}
    share, rest = divmod(models, PROVIDERS)
    for number in range(PROVIDERS):
        providers[_provider_id(number)] = _provider(number, share + (number < rest))
    default = f"host-0/{model_id(0, 0)}"
    return {
        "version": 1,
        "default_provider": "host-0",
        "roles": {"default": default, "arena": [default, f"host-1/{model_id(1, 0)}"]},
        "providers": providers,
    }


def model_id(provider: int, number: int) -> str:
    """The id of a provider's model; the hosts share many of them, as real ones do."""
    turn = number + provider % 3
    return f"{FAMILIES[turn % len(FAMILIES)]}-{QUANTIZATIONS[turn % len(QUANTIZATIONS)]}-{number:05d}"


def yaml_text(document: Mapping[str, Value]) -> str:
    """The declaration as people write fleet.yaml: block style, one flow-style line a model."""
    return "".join(_block(document, ""))


def write(folder: Path, models: int) -> Path:
    """Write a fleet to `folder` as fleet.yaml, which is returned, and for the competitors as fleet.json."""
    document = fleet(models)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "fleet.json").write_text(json.dumps(document), encoding="utf-8", newline="\n")
    path = folder / "fleet.yaml"
    path.write_text(yaml_text(document), encoding="utf-8", newline="\n")
    return path


def _provider_id(number: int) -> str:
    return "remote" if number == PROVIDERS - 1 else f"host-{number}"


def _provider(number: int, models: int) -> dict[str, Value]:
    provider: dict[str, Value] = {
        "kind": "llama-swap",
        "label": f"Host {number}",
        "base_url": f"http://10.0.0.{number + 1}:8401",
    }
    if number == 0:
        provider["sidecar"] = {"base_url": "http://127.0.0.1:8402"}
        provider["opencode"] = {"id": "llama-swap"}
    if number % 3 == 1:
        provider["defaults"] = {"context": 49152, "output": 20480}
    if number % 4 == 2:
        provider["base_url"] = f"https://host-{number}.example.com"
        provider["api_key_env"] = f"HOST_{number}_KEY"
        provider["headers"] = {"X-Fleet": "benchmark", "X-Token": "${env:FLEET_TOKEN}"}
        provider["timeouts"] = {"header": 900}
    if number == PROVIDERS - 1:
        provider |= {"kind": "openai-compatible", "location": "cloud", "label": "Remote", "optional": True}
        provider |= {
            "base_url": "https://api.example.com",
            "api_path": "/api/v1",
            "api_key_env": "REMOTE_API_KEY",
        }
    provider["models"] = {model_id(number, index): _model(number, index) for index in range(models)}
    return provider


def _model(provider: int, number: int) -> dict[str, Value]:
    """A model with the keys real ones have: most have a window, some a label, an output, an alias, a type."""
    if number % 17 == 16:
        return {"type": "embedding", "context": 8192}
    model: dict[str, Value] = {}
    if provider % 3 != 1 or number % 7:
        model["context"] = WINDOWS[(number * 7 + provider) % len(WINDOWS)]
    if number % 3 == 0:
        model["label"] = f"{model_id(provider, number).partition('-')[0].title()} no. {number}"
    if number % 5 == 0:
        model["output"] = 2048 + number % 7 * 512
    if number % 2 == 0:
        model["capabilities"] = [["tools"], ["tools", "reasoning"], ["tools", "vision"]][number // 2 % 3]
    if number % 6 == 4:
        model["reasoning_field"] = "reasoning_content"
    if number % 11 == 3:
        model["aliases"] = [f"alias-{number}"]
    if number % 13 == 5:
        model["upstream"] = f"models/{model_id(provider, number)}.gguf"
    return model


def _block(mapping: Mapping[str, Value], indent: str) -> Iterator[str]:
    for key, value in mapping.items():
        if isinstance(value, Mapping) and indent != "      ":
            yield f"{indent}{key}:\n"
            yield from _block(value, indent + "  ")
        else:
            yield f"{indent}{key}: {_flow(value)}\n"


def _flow(value: Value) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(member)}" for key, member in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(value)}]"
    if isinstance(value, str):
        return f'"{value}"' if "{" in value else value
    return str(value).lower()


def of_hosts(urls: Iterable[str], kind: str, model: str, models: int) -> str:
    """The text of a fleet with a provider for each URL, which serves `models` models declared as `model`."""
    lines = ["version: 1", "default_provider: host-0", "roles: {default: host-0/model-0}", "providers:"]
    for number, url in enumerate(urls):
        lines += [
            f"  host-{number}:",
            f"    kind: {kind}",
            f"    base_url: {url}",
            "    defaults: {context: 32768}",
            "    models:",
            *(f"      model-{index}: {model}".rstrip() for index in range(models)),
        ]
    return "\n".join([*lines, ""])
