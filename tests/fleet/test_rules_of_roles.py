"""Rules about roles and opencode: `It warns of what a client would quietly do`."""

import pytest

from booconf.fleet.opencode_builtins import BUILTIN_PROVIDERS
from tests.support.fleets import CLOUD, LOCAL, OTHER, ExpectedDiagnostic, diagnostics_of, fleet_text, load

LOCAL = LOCAL.replace("16384}", "16384, capabilities: [tools]}")


def agents(text: str) -> str:
    return f"opencode: {{agents: {text}}}\n"


SMALL = LOCAL.replace("16384", "16383")
LARGE = LOCAL.replace("16384", "24576")


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ("default: one/a", []),
        ("default: one/a\ntask: one/a", []),
        ("default: one/a\ntask: two/c", []),
        ("default: two/a\ntask: two/c", []),
        ("default: one/a\narena: [one/b]", []),
        ("default: one/a\ntask: one/b", [ExpectedDiagnostic("BC502", "one/b", ("one/a",))]),
    ],
)
def test_task_on_the_llama_swap_host_of_default_swaps_models(
    roles: str, expected: list[ExpectedDiagnostic]
) -> None:
    """`task on the same llama-swap host as default with another model (every new session swaps)`."""
    assert diagnostics_of(fleet_text(LARGE, OTHER, roles=roles)) == expected


SAME_HOST = OTHER.replace("llama-server", "llama-swap").replace("127.0.0.1:8002", "127.0.0.1:8001/")


@pytest.mark.parametrize(
    ("other", "task", "codes"),
    [
        (SAME_HOST, "two/c", ["BC502", "BC506"]),
        (SAME_HOST, "two/a", ["BC506"]),
        (SAME_HOST.replace("a: {", "a: {upstream: x, "), "two/a", ["BC502", "BC506"]),
        (SAME_HOST.replace("c: {", "c: {upstream: a, "), "two/c", ["BC506"]),
        (SAME_HOST.replace("llama-swap", "vllm"), "two/c", ["BC506"]),
        (SAME_HOST.replace("8001", "8002"), "two/c", []),
    ],
)
def test_providers_at_one_address_are_one_host(other: str, task: str, codes: list[str]) -> None:
    """And one model is one name there: the same upstream name is no swap."""
    text = fleet_text(LOCAL, other, roles=f"default: one/a\ntask: {task}")
    assert sorted(one.code for one in diagnostics_of(text)) == codes


PRESETS = """\
one:
  kind: llama-swap
  base_url: http://127.0.0.1:8001
  defaults: {context: 32768}
  models:
    osprey:think: {capabilities: [tools]}
    osprey:instruct: {capabilities: [tools]}
    heron:instruct: {capabilities: [tools]}
    wren: {upstream: "osprey:wren"}
"""


@pytest.mark.parametrize(
    ("base", "task", "codes"),
    [
        ("", "osprey:instruct", ["BC502"]),
        ("osprey: {}", "osprey:instruct", []),
        ("osprey: {}", "osprey", []),
        ("osprey: {}", "wren", []),
        ("osprey: {upstream: big}", "osprey:instruct", []),
        ("big: {aliases: [osprey]}", "osprey:instruct", []),
        ("big: {aliases: [osprey]}", "big", []),
        ("osprey: {}", "heron:instruct", ["BC502"]),
    ],
)
def test_presets_of_a_declared_model_are_one_loaded_model(base: str, task: str, codes: list[str]) -> None:
    """`Two presets of one upstream are one loaded model: no warning about swapping`."""
    text = fleet_text(f"{PRESETS}    {base}\n", roles=f"default: one/osprey:think\ntask: one/{task}")
    assert [one.code for one in diagnostics_of(text)] == codes


def test_kinds_and_types_that_swap_models() -> None:
    found = load(fleet_text(LOCAL, SAME_HOST, roles="default: one/a\ntask: two/c")).diagnostics
    (message,) = (one.message for one in found if one.code == "BC502")
    assert message.startswith(
        "`task` and `default` are two models of the llama-swap host behind `one` and `two`,"
    )


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ("default: one/b", [ExpectedDiagnostic("BC504", "one/b", ("b",))]),
        ("default: one/b\ntask: one/b", [ExpectedDiagnostic("BC504", "one/b", ("b",))]),
        ("default: two/a\ntask: one/b", []),
        ("default: two/a\narena: [two/a, one/b]", [ExpectedDiagnostic("BC504", "one/b", ("b",))]),
    ],
)
def test_a_coding_role_has_a_window_of_16k(roles: str, expected: list[ExpectedDiagnostic]) -> None:
    """`a window under 16k given to a coding role`: 16383 is not enough; tasks are short."""
    assert diagnostics_of(fleet_text(SMALL, OTHER, roles=roles)) == expected
    assert diagnostics_of(fleet_text(LARGE, OTHER, roles=roles)) == []


def test_unknown_window_is_not_reported_as_small() -> None:
    text = fleet_text(LOCAL.replace("16384", "unknown"), OTHER, roles="default: one/b")
    assert diagnostics_of(text) == [ExpectedDiagnostic("BC405", "unknown")]


def test_an_agent_is_a_coding_role() -> None:
    text = fleet_text(SMALL, OTHER, roles="default: two/a", rest=agents("{plan: one/b, task: one/b}"))
    assert diagnostics_of(text) == [ExpectedDiagnostic("BC504", "one/b", ("b",))] * 2


@pytest.mark.parametrize(
    ("target", "code"), [("one/x", "BC302"), ("a", "BC302"), ("one/e", "BC303"), ("two/c", "BC517")]
)
def test_an_agent_is_checked_as_a_role(target: str, code: str) -> None:
    (found,) = load(fleet_text(LOCAL, OTHER, rest=agents(f"{{my agent: {target}}}"))).diagnostics
    assert found.code == code
    assert "agent `my agent`" in found.message


@pytest.mark.parametrize(
    ("roles", "rest", "expected"),
    [
        ("default: two/a", "", []),
        ("default: two/c", "", ["two/c"]),
        ("default: two/a\ntask: two/c\narena: [two/a, two/c]", "", []),
        ("default: two/c\ncompaction: two/c", "{plan: two/c, build: one/a}", ["two/c"]),
        ("default: one/a", "{plan: two/c, build: two/d}", ["two/c", "two/d"]),
    ],
)
def test_a_role_of_opencode_that_codes_has_a_model_with_tools(
    roles: str, rest: str, expected: list[str]
) -> None:
    """`a coding role on a model without tools`; each model once, and the arena asks for answers alone."""
    text = fleet_text(LOCAL, OTHER + "    d: {context: 32768}\n", roles=roles, rest=agents(rest or "{}"))
    found = [one for one in diagnostics_of(text) if one.code != "BC516"]
    assert found == [ExpectedDiagnostic("BC517", target, (target[-1],)) for target in expected]


def rack(context: str) -> str:
    return OTHER.replace("c: {context: 32768}", f"c: {{context: {context}}}")


@pytest.mark.parametrize(
    ("compaction", "providers", "expected"),
    [
        ("one/a", (LOCAL,), []),
        ("one/b", (LOCAL,), [ExpectedDiagnostic("BC515", "one/b", ("a",))]),
        ("one/a", (LOCAL, OTHER), [ExpectedDiagnostic("BC516", "one/a", ("a",))]),
        ("one/a", (LOCAL, rack("131072")), [ExpectedDiagnostic("BC515", "one/a", ("c",))]),
        ("two/c", (LOCAL, rack("131072")), [ExpectedDiagnostic("BC516", "two/c", ("a",))]),
        ("two/c", (LOCAL, rack("unknown")), ["BC405", ExpectedDiagnostic("BC516", "two/c", ("a",))]),
        ("one/a", (LOCAL, rack("unknown")), ["BC405", ExpectedDiagnostic("BC516", "one/a", ("a",))]),
        ("one/a", (LOCAL, OTHER.replace("8002", "8001")), ["BC506"]),
        ("one/x", (LOCAL, OTHER), [ExpectedDiagnostic("BC302", "one/x", ())]),
        ("one/e", (LOCAL, OTHER), [ExpectedDiagnostic("BC303", "one/e", ("embedding",))]),
    ],
)
def test_a_compaction_model_holds_every_session_on_its_own_host(
    compaction: str, providers: tuple[str, ...], expected: list[ExpectedDiagnostic | str]
) -> None:
    """`a compaction model with a smaller window than another chat model, or on another host than it`."""
    text = fleet_text(*providers, roles=f"default: one/a\ncompaction: {compaction}")
    found = diagnostics_of(text)
    assert [one.code if one.code in expected else one for one in found] == expected


OPTIONAL_CLOUD = CLOUD + "    small: {context: 40000}\n  optional: true\n"


@pytest.mark.parametrize(("compaction", "codes"), [("sky/big", ["BC509"]), ("sky/small", ["BC515", "BC509"])])
def test_an_optional_compaction_model_summarizes_its_provider_alone(
    compaction: str, codes: list[str]
) -> None:
    """opencode.json leaves it out; the config of its provider names it."""
    text = fleet_text(LOCAL, OPTIONAL_CLOUD, roles=f"default: one/a\ncompaction: {compaction}")
    assert [one.code for one in diagnostics_of(text)] == codes


def test_the_warning_names_the_largest_window_and_the_host() -> None:
    """`the largest window it cannot serve`; both faults are one diagnostic."""
    text = fleet_text(LOCAL, rack("131072"), roles="default: one/a\ncompaction: one/a")
    (found,) = load(text).diagnostics
    assert found.message == (
        "`one/a` summarizes every session of opencode, but its window of 32768 tokens does not hold one of "
        "`two/c`, with 131072; every session also depends on the host of `one`"
    )
    alone = fleet_text(LOCAL, roles="default: one/a\ncompaction: one/b")
    assert "depends" not in load(alone).diagnostics[0].message


@pytest.mark.parametrize(
    ("arena", "expected"),
    [
        ("[one/a, two/a]", []),
        ("[one/a, two/a, one/a]", [ExpectedDiagnostic("BC507", "one/a", ("one/a",))]),
        ("[one/a, one/a, one/a]", [ExpectedDiagnostic("BC507", "one/a", ("one/a",))] * 2),
    ],
)
def test_a_model_twice_in_the_arena(arena: str, expected: list[ExpectedDiagnostic]) -> None:
    assert diagnostics_of(fleet_text(LOCAL, OTHER, roles=f"default: one/a\narena: {arena}")) == expected


def builtin(extra: str, name: str = "deepseek") -> str:
    return (
        f"{name}:\n  kind: openai-compatible\n  base_url: https://api.example\n"
        f"  models: {{m: {{context: 32768}}}}\n{extra}"
    )


OPTIONAL = "  optional: true\n  api_key_env: KEY\n"
CLOUD = "  location: cloud\n"
CONSENT = "  opencode: {extends_builtin: true}\n"


@pytest.mark.parametrize(
    ("provider", "expected"),
    [
        (builtin(""), [ExpectedDiagnostic("BC313", "deepseek")]),
        (builtin(CLOUD), [ExpectedDiagnostic("BC313", "deepseek")]),
        (builtin(OPTIONAL), [ExpectedDiagnostic("BC313", "deepseek")]),
        (builtin("  opencode: {id: openai}\n", "mine"), [ExpectedDiagnostic("BC313", "openai")]),
        (builtin("  opencode: {id: mine}\n"), []),
        (builtin(CONSENT), [ExpectedDiagnostic("BC510", "deepseek", ("extends_builtin",))]),
        (builtin(CLOUD + CONSENT), [ExpectedDiagnostic("BC510", "deepseek", ("extends_builtin",))]),
        (builtin(OPTIONAL + CLOUD), [ExpectedDiagnostic("BC508", "deepseek")]),
        (builtin(OPTIONAL + CONSENT), [ExpectedDiagnostic("BC508", "deepseek")]),
    ],
)  # fmt: skip
def test_an_opencode_id_that_opencode_has_built_in(provider: str, expected: list[ExpectedDiagnostic]) -> None:
    """`its cloud models are merged in: an error unless extends_builtin: true`.

    An optional cloud provider of that id is opencode's own one where the key is set, which is a warning; a
    local one would send its requests to the cloud then, which is an error.
    """
    assert {"deepseek", "openai"} <= BUILTIN_PROVIDERS
    text = fleet_text(LOCAL, provider)
    assert diagnostics_of(text) == expected
    assert (load(text).fleet is None) == (
        expected[:1] == [ExpectedDiagnostic("BC313", expected[0].at)] if expected else False
    )


@pytest.mark.parametrize("models", ["{}", "{m: {type: embedding}, n: {type: rerank}}"])
@pytest.mark.parametrize(
    "extra",
    ["", CLOUD, CONSENT, OPTIONAL, OPTIONAL + CLOUD, OPTIONAL + "  headers: {X-Team: boo}\n"],
)
def test_a_provider_without_chat_models_is_in_no_opencode_file(models: str, extra: str) -> None:
    """So opencode has nothing to merge, and nothing is missing there."""
    chats = fleet_text(LOCAL, builtin(extra))
    assert diagnostics_of(chats) != []
    assert diagnostics_of(chats.replace("{m: {context: 32768}}", models)) == []
