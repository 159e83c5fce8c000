"""Hypothesis strategies: texts similar to ids, valid ids, and whole fleets."""

import json
import re
from typing import Any

from hypothesis import strategies as st

from booconf.declaration.ids import declared_model_id_problem, provider_id_problem

ID_PIECES = [
    "/",
    "..",
    ".",
    "a",
    "A",
    "one",
    "two",
    "old",
    "sky",
    "#",
    ",",
    " ",
    "\ufeff",
    "\x00",
    "é",
    "__proto__",
]
any_text = st.text(max_size=40) | st.lists(st.sampled_from(ID_PIECES), max_size=6).map("".join)
"""Arbitrary text, often close to an id."""

provider_ids = st.text("abz09._-", min_size=1, max_size=6).filter(lambda text: not provider_id_problem(text))
model_ids = (
    st.text(min_size=1, max_size=12)
    | st.lists(st.sampled_from(ID_PIECES), min_size=1, max_size=4).map("".join)
).filter(lambda text: not declared_model_id_problem(text))
agent_names = st.sampled_from(["plan", "build", "my agent", "a/b", "{env:HOME}"])
limits = st.integers(1, 2**53 - 1)
labels = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20
).filter(str.strip)


def _model() -> st.SearchStrategy[dict[str, Any]]:
    common = {
        "label": labels,
        "upstream": labels,
        "capabilities": st.lists(st.sampled_from(["tools", "reasoning", "vision"]), unique=True),
        "reasoning_field": st.just("reasoning_content"),
        "input": st.integers(1, 1000),
    }
    window = st.integers(1001, 2**53 - 1)
    chat = st.fixed_dictionaries(
        {"context": window | st.just("unknown")}, optional={**common, "output": st.integers(1, 1000)}
    )
    other = st.fixed_dictionaries(
        {"type": st.sampled_from(["embedding", "rerank"])}, optional={**common, "context": window}
    )
    return chat | other


@st.composite
def _provider(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """A provider with its index in the file; the first is local and has a chat model `first`."""
    provider: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {
                "kind": st.sampled_from(["llama-swap", "vllm", "ollama"]),
                "base_url": st.just(f"http://127.0.0.1:{number + 1}"),
            },
            optional={
                "label": labels,
                "undeclared": st.sampled_from(["route", "reject"]),
                "headers": st.just({"X-Team": "boo", "Authorization": "Bearer ${env:TOKEN}"}),
                "sidecar": st.just({"base_url": f"http://127.0.0.1:{number + 900}"}),
                "opencode": st.fixed_dictionaries(
                    {}, optional={"id": st.just(f"client-{number}"), "legacy_ids": st.just([f"old-{number}"])}
                ),
                "defaults": st.fixed_dictionaries({}, optional={"output": limits}),
            },
        )
    )
    in_the_cloud, optional = draw(st.booleans()), draw(st.booleans())
    if number and in_the_cloud:
        provider |= {"location": "cloud", "api_key_env": "A_KEY", "optional": optional}
    names = draw(st.lists(model_ids, max_size=6, unique_by=str.casefold))
    models = {name: draw(_model()) for name in names[::2] if name.casefold() != "first"}
    for model, alias in zip(models.values(), names[1::2], strict=False):
        if alias.casefold() != "first":
            model["aliases"] = [alias]
    provider["models"] = models if number else {"first": {"context": 32768}, **models}
    return provider


@st.composite
def declarations(draw: st.DrawFn) -> dict[str, Any]:
    """The data of a fleet, nearly always a valid one."""
    names = draw(st.lists(provider_ids, min_size=1, max_size=3, unique=True))
    providers = {name: draw(_provider(number)) for number, name in enumerate(names)}
    default = f"{names[0]}/first"
    everything = [f"{name}/{model}" for name, one in providers.items() for model in one["models"]]
    chat = [target for target in everything if "type" not in _at(providers, target)]
    local = [name for name, one in providers.items() if "location" not in one]
    target = st.sampled_from(chat)
    roles = {"task": target, "compaction": target, "arena": st.lists(target, min_size=1, max_size=3)}
    taken = {text for one in providers.values() for text in _names(one)}
    bare_ids = model_ids.filter(lambda text: text not in taken and text.partition("/")[0] not in names)
    former = provider_ids.filter(lambda text: text not in names)
    return {
        "version": 1,
        "default_provider": names[0],
        "roles": {"default": default, **draw(st.fixed_dictionaries({}, optional=roles))},
        "opencode": {"agents": draw(st.dictionaries(agent_names, target, max_size=2))},
        "legacy": {
            "bare_ids": draw(st.dictionaries(bare_ids, st.sampled_from(everything), max_size=2)),
            "providers": draw(st.dictionaries(former, st.sampled_from(local) | st.none(), max_size=2)),
        },
        "providers": providers,
    }


def _at(providers: dict[str, Any], composite_id: str) -> dict[str, Any]:
    provider, _, model = composite_id.partition("/")
    found: dict[str, Any] = providers[provider]["models"][model]
    return found


def _names(provider: dict[str, Any]) -> list[str]:
    models = provider["models"]
    return [*models, *(alias for model in models.values() for alias in model.get("aliases", []))]


def yaml_text(data: object) -> str:
    """Data as YAML: JSON with characters escaped that YAML does not allow."""
    text = json.dumps(data, ensure_ascii=False)
    return re.sub(
        "[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", lambda match: f"\\u{ord(match.group()):04x}", text
    )
