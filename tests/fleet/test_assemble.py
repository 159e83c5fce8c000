"""From the declaration to the fleet: defaults filled in, addresses joined, nothing judged."""

import pytest

from tests.support.fleets import fleet_of, fleet_text

FULL = """\
full:
  kind: lmstudio
  label: The full one
  base_url: http://127.0.0.1:1/
  api_path: /api/v3/
  location: local
  api_key_env: KEY
  headers: {X-Team: boo}
  sidecar: {base_url: "http://127.0.0.1:2/", traffic: [embedding]}
  opencode: {id: their-full, legacy_ids: [x, y]}
  timeouts: {header: 5}
  undeclared: reject
  ignore: ["*-draft"]
  models:
    a:
      {context: 9, label: A, upstream: AA, aliases: [b, c], capabilities: [vision, reasoning, tools],
       reasoning_field: thoughts, efforts: [max, none]}
    n: {type: embedding}
"""


def test_declared_values_of_the_fleet() -> None:
    full = fleet_of(fleet_text(FULL, roles="default: full/a", default_provider="full")).providers["full"]
    assert (full.id, full.label, full.kind, full.location) == ("full", "The full one", "lmstudio", "local")
    assert (full.base_url, full.api_base) == ("http://127.0.0.1:1", "http://127.0.0.1:1/api/v3")
    assert (full.api_key_env, full.optional, dict(full.headers)) == ("KEY", False, {"X-Team": "boo"})
    assert full.sidecar
    assert (full.sidecar.base_url, full.sidecar.api_base, full.sidecar.traffic) == (
        "http://127.0.0.1:2", "http://127.0.0.1:2/api/v3", ("embedding",),
    )  # fmt: skip
    assert (full.opencode_id, full.opencode_legacy_ids, full.extends_builtin) == (
        "their-full",
        ("x", "y"),
        False,
    )
    assert (full.timeouts.header, full.undeclared, full.ignore) == (5, "reject", ("*-draft",))
    assert full.aliases == {"b": "a", "c": "a"}
    model = full.models["a"]
    assert (model.composite_id, model.label, model.upstream, model.aliases) == (
        "full/a",
        "A",
        "AA",
        ("b", "c"),
    )
    assert (model.capabilities, model.reasoning_field) == (("tools", "reasoning", "vision"), "thoughts")
    assert model.efforts == ("none", "max")


def test_defaults_of_undeclared_values() -> None:
    fleet = fleet_of(
        fleet_text(
            "one: {kind: vllm, base_url: http://localhost, defaults: {context: 9}, models: {m: }}\n",
            roles="default: one/m",
        )
    )
    one, model = fleet.providers["one"], fleet.model("one/m")
    assert (one.label, one.api_base, one.location, one.api_key_env, one.optional) == (
        "one", "http://localhost/v1", "local", None, False,
    )  # fmt: skip
    assert (one.sidecar, one.opencode_id, one.opencode_legacy_ids, one.undeclared) == (
        None,
        "one",
        (),
        "route",
    )
    assert (model.label, model.type, model.upstream, model.aliases) == ("m", "chat", "m", ())
    assert (model.capabilities, model.reasoning_field) == ((), None)


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ("default: one/a", ("one/a", "one/a", "one/a", ("one/a",))),
        ("default: one/a\ntask: one/b", ("one/a", "one/b", "one/a", ("one/a",))),
        ("default: one/a\ncompaction: one/b", ("one/a", "one/a", "one/b", ("one/a",))),
        ("default: one/a\narena: [one/b, one/a]", ("one/a", "one/a", "one/a", ("one/b", "one/a"))),
    ],
)
def test_roles_fall_back_to_default(roles: str, expected: tuple[object, ...]) -> None:
    """`task and compaction fall back to it, arena to [default]`."""
    found = fleet_of(fleet_text(roles=roles)).roles.by_name()
    assert tuple(found[name] for name in ("default", "task", "compaction", "arena")) == expected


def test_models_in_display_order_and_lookup_by_id() -> None:
    fleet = fleet_of(fleet_text())
    assert [model.composite_id for model in fleet.models()] == ["one/a", "one/b", "one/e"]
    with pytest.raises(KeyError):
        fleet.model("one/no-such")


@pytest.mark.parametrize(
    ("declared", "apis"),
    [
        ("", ("chat-completions",)),
        ("[responses]", ("responses", "chat-completions")),
        ("[messages, chat-completions, responses]", ("messages", "chat-completions", "responses")),
    ],
)
def test_chat_completions_are_always_served(declared: str, apis: tuple[str, ...]) -> None:
    extra = f"  apis: {declared}\n" if declared else ""
    provider = f"one:\n  kind: vllm\n  base_url: http://127.0.0.1:1\n{extra}  models: {{a: {{context: 9}}}}\n"
    assert fleet_of(fleet_text(provider)).providers["one"].apis == apis
