"""`resolve(id)`: each rule in order, each error, and laws for every fleet."""

from contextlib import suppress

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from booconf.escaping import quote
from booconf.fleet.model import Fleet
from booconf.fleet.resolve import ResolutionError, ResolutionStep, Resolver
from tests.support.fleets import CLOUD, LOCAL, OTHER, fleet_of, fleet_text, load
from tests.support.strategies import any_text, declarations, yaml_text

LEGACY = """\
legacy:
  bare_ids: {deepseek-chat: sky/big, old/tool: one/b}
  providers: {old-one: one, gone: null, old-strict: strict}
"""
STRICT = """\
strict:
  kind: vllm
  base_url: http://127.0.0.1:8003
  undeclared: reject
  sidecar: {base_url: http://127.0.0.1:8004, traffic: [chat, embedding]}
  opencode: {id: their-strict, legacy_ids: [older-strict]}
  models:
    s:
      {context: 40000, input: 30000, output: 2000, aliases: [ess, "s:latest"], upstream: S-Q4,
       capabilities: [vision, tools]}
    v: {type: embedding, context: 512}
    r: {type: rerank}
"""
FLEET = fleet_of(fleet_text(LOCAL, OTHER, CLOUD, STRICT, rest=LEGACY))
RESOLVER = Resolver(FLEET)


def error_of(text: str) -> str:
    with pytest.raises(ResolutionError) as caught:
        RESOLVER.resolve(text)
    assert caught.value.id == text
    assert quote(text) in str(caught.value)
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "composite_id", "step"),
    [
        ("one/a", "one/a", ResolutionStep.COMPOSITE),
        ("two/a", "two/a", ResolutionStep.COMPOSITE),
        ("strict/ess", "strict/s", ResolutionStep.COMPOSITE),
        ("strict/s:latest", "strict/s", ResolutionStep.COMPOSITE),
        ("two/new/model", "two/new/model", ResolutionStep.COMPOSITE),
        ("two/A", "two/A", ResolutionStep.COMPOSITE),
        ("old-one/a", "one/a", ResolutionStep.FORMER_PROVIDER),
        ("old-strict/ess", "strict/s", ResolutionStep.FORMER_PROVIDER),
        ("old-one/new", "one/new", ResolutionStep.FORMER_PROVIDER),
        ("deepseek-chat", "sky/big", ResolutionStep.LEGACY_BARE_ID),
        ("old/tool", "one/b", ResolutionStep.LEGACY_BARE_ID),
        ("a", "one/a", ResolutionStep.BARE_ID),
        ("new", "one/new", ResolutionStep.BARE_ID),
        ("no-such/new", "one/no-such/new", ResolutionStep.BARE_ID),
        ("c", "one/c", ResolutionStep.BARE_ID),
        ("deepseek-chat-2", "one/deepseek-chat-2", ResolutionStep.BARE_ID),
        ("Deepseek-chat", "one/Deepseek-chat", ResolutionStep.BARE_ID),
        ("one", "one/one", ResolutionStep.BARE_ID),
        ("old-one", "one/old-one", ResolutionStep.BARE_ID),
        ("/", "one//", ResolutionStep.BARE_ID),
        ("/a", "one//a", ResolutionStep.BARE_ID),
        ("constructor", "one/constructor", ResolutionStep.BARE_ID),
    ],
)
def test_resolution_step_and_route_of_an_id(text: str, composite_id: str, step: ResolutionStep) -> None:
    """Rules 1 to 3; `nothing is ever matched by prefix, substring or case folding`."""
    route = RESOLVER.resolve(text)
    assert (route.id, RESOLVER.find(text).step) == (composite_id, step)
    assert route.legacy == (step is not ResolutionStep.COMPOSITE)
    assert f"{route.provider}/{route.model}" == route.id


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "invalid-id"),
        ("one/", "invalid-id"),
        ("old-one/", "invalid-id"),
        ("gone/", "invalid-id"),
        ("gone/a b", "invalid-id"),
        ("one/..", "invalid-id"),
        ("one/a#1", "invalid-id"),
        ("a b", "invalid-id"),
        ("a,b", "invalid-id"),
        ("..", "invalid-id"),
        ("x/../y", "invalid-id"),
        ("m" * 257, "invalid-id"),
        ("one/" + "m" * 257, "invalid-id"),
        ("gone/a", "retired"),
        ("strict/new", "undeclared"),
        ("strict/S", "undeclared"),
        ("old-strict/new", "undeclared"),
    ],
)
def test_ids_that_do_not_resolve(text: str, code: str) -> None:
    """`Empty ids, provider/ and ids with refused characters are errors`."""
    assert error_of(text) == code


def test_the_longest_names() -> None:
    assert RESOLVER.resolve("m" * 256).model == "m" * 256
    assert RESOLVER.resolve("one/" + "m" * 256).model == "m" * 256


def test_bare_id_never_resolves_to_another_provider() -> None:
    """`no bare id reaches another provider because its own is missing`: only `two` has `c`."""
    assert RESOLVER.resolve("c").provider == "one"
    assert RESOLVER.resolve("c").declared is False


def test_route_of_a_declared_model() -> None:
    route = RESOLVER.resolve("strict/s")
    assert (route.id, route.provider, route.model, route.upstream_model) == (
        "strict/s",
        "strict",
        "s",
        "S-Q4",
    )
    assert (route.type, route.kind, route.location) == ("chat", "vllm", "local")
    assert (route.base_url, route.api_base) == ("http://127.0.0.1:8003", "http://127.0.0.1:8003/v1")
    assert (route.request_base, route.via_sidecar) == ("http://127.0.0.1:8004/v1", True)
    assert (route.context, route.input, route.output) == (40000, 30000, 2000)
    assert (route.capabilities, route.declared, route.legacy) == (("tools", "vision"), True, False)


def test_a_cloud_route_names_its_key() -> None:
    route = RESOLVER.resolve("sky/big")
    assert (route.location, route.api_key_env, dict(route.headers)) == ("cloud", "SKY_KEY", {})


@pytest.mark.parametrize(
    ("text", "via_sidecar"),
    [("strict/s", True), ("strict/v", True), ("strict/r", False), ("old-strict/s", True)],
)
def test_sidecar_receives_its_declared_types(text: str, via_sidecar: bool) -> None:
    route = RESOLVER.resolve(text)
    assert route.via_sidecar == via_sidecar
    assert route.request_base == ("http://127.0.0.1:8004/v1" if via_sidecar else route.api_base)
    assert RESOLVER.request_base(text) == route.request_base


def test_route_of_an_undeclared_model() -> None:
    """`type, context, input, output null, no capabilities, and goes direct`."""
    fleet = fleet_of(
        fleet_text(STRICT.replace("reject", "route"), default_provider="strict", roles="default: strict/s")
    )
    resolver = Resolver(fleet)
    route = resolver.resolve("strict/new")
    assert (route.type, route.context, route.input, route.output, route.capabilities) == (
        None,
        None,
        None,
        None,
        (),
    )
    assert (route.via_sidecar, route.request_base, route.declared) == (False, route.api_base, False)
    assert resolver.request_base("strict/new") == route.request_base
    assert route.upstream_model == route.model == "new"


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("one/a", "one/a"),
        ("a", "one/a"),
        ("strict/s", "their-strict/s"),
        ("strict/ess", "their-strict/s"),
        ("old-strict/s:latest", "their-strict/s"),
        ("deepseek-chat", "sky/big"),
    ],
)
def test_to_opencode_resolves_its_input_first(text: str, reference: str) -> None:
    assert RESOLVER.to_opencode(text) == reference


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("one/new", "not-a-chat-model"),
        ("one/e", "not-a-chat-model"),
        ("strict/v", "not-a-chat-model"),
        ("strict/new", "undeclared"),
        ("gone/a", "retired"),
        ("", "invalid-id"),
    ],
)
def test_to_opencode_rejects_all_but_declared_chat_models(text: str, code: str) -> None:
    with pytest.raises(ResolutionError) as caught:
        RESOLVER.to_opencode(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("one/a", "one/a"),
        ("their-strict/s", "strict/s"),
        ("older-strict/s", "strict/s"),
        ("their-strict/ess", "strict/s"),
        ("their-strict/new", "strict/new"),
        ("their-strict/a/b", "strict/a/b"),
        ("one/e", "one/e"),
    ],
)
def test_from_opencode_accepts_ids_and_legacy_ids_declared_or_not(reference: str, text: str) -> None:
    assert RESOLVER.from_opencode(reference) == text


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("strict/s", "unknown-provider"),
        ("no-such/s", "unknown-provider"),
        ("old-one/a", "unknown-provider"),
        ("a", "invalid-id"),
        ("one/", "invalid-id"),
        ("/a", "invalid-id"),
        ("one/..", "invalid-id"),
        ("o ne/a", "invalid-id"),
        ("", "invalid-id"),
    ],
)
def test_from_opencode_rejects_unknown_providers(reference: str, code: str) -> None:
    with pytest.raises(ResolutionError) as caught:
        RESOLVER.from_opencode(reference)
    assert caught.value.code == code


@pytest.mark.parametrize("text", ["x" * 10_000, "one/" + "x" * 10_000, "x" * 10_000 + "/a", "\u202ea b"])
def test_error_quotes_a_bounded_visible_part_of_an_id(text: str) -> None:
    for resolve in (RESOLVER.resolve, RESOLVER.to_opencode, RESOLVER.from_opencode, RESOLVER.role):
        with pytest.raises(ResolutionError) as caught:
            resolve(text)
        assert len(str(caught.value)) < 200
        assert "\u202e" not in str(caught.value)


def test_roles_are_ids() -> None:
    roles = "default: one/a\ntask: one/b\narena: [one/a, one/b]"
    resolver = Resolver(fleet_of(fleet_text(roles=roles)))
    assert [resolver.role(name) for name in ("default", "task", "compaction")] == ["one/a", "one/b", "one/a"]
    assert resolver.role("arena") == ("one/a", "one/b")


@pytest.mark.parametrize("name", ["", "Default", "favorite"])
def test_unknown_role_is_rejected(name: str) -> None:
    with pytest.raises(ResolutionError) as caught:
        RESOLVER.role(name)
    assert caught.value.code == "unknown-role"


@settings(max_examples=300)
@given(any_text)
def test_resolve_raises_nothing_but_its_own_error(text: str) -> None:
    for ask in (RESOLVER.resolve, RESOLVER.to_opencode, RESOLVER.from_opencode, RESOLVER.role):
        with suppress(ResolutionError):
            ask(text)


@settings(max_examples=300)
@given(any_text)
def test_a_resolved_id_resolves_to_itself(text: str) -> None:
    """A stored id of a route resolves to the same model, and is not legacy."""
    try:
        route = RESOLVER.resolve(text)
    except ResolutionError:
        assume(False)
    again = RESOLVER.resolve(route.id)
    assert (again.id, again.upstream_model, again.legacy) == (route.id, route.upstream_model, False)


def _valid_fleet(data: object) -> Fleet:
    fleet = load(yaml_text(data)).fleet
    assume(fleet is not None)
    assert fleet is not None
    return fleet


@settings(max_examples=60)
@given(declarations().map(_valid_fleet))
def test_laws_of_every_valid_fleet(fleet: Fleet) -> None:
    """A declared id resolves to itself, an alias to its model, and references translate back."""
    resolver = Resolver(fleet)
    for model in fleet.models():
        route = resolver.resolve(model.composite_id)
        assert (route.id, route.declared, route.legacy) == (model.composite_id, True, False)
        assert (route.context, route.input, route.output) == (
            model.limits.context, model.limits.input, model.limits.output,
        )  # fmt: skip
        for alias in model.aliases:
            assert resolver.resolve(f"{model.provider}/{alias}") == route
        if model.type == "chat":
            assert resolver.from_opencode(resolver.to_opencode(model.composite_id)) == model.composite_id
    for name in fleet.providers[fleet.default_provider].models:
        assert resolver.resolve(name).id == f"{fleet.default_provider}/{name}"
    for name, target in fleet.legacy.bare_ids.items():
        assert resolver.resolve(name).id == target
    assert resolver.resolve(fleet.roles.default).type == "chat"


@settings(max_examples=60)
@given(declarations().map(_valid_fleet), st.data())
def test_egress_of_every_valid_fleet(fleet: Fleet, data: st.DataObject) -> None:
    """`neither n nor provider/n nor former-id/n resolves to a cloud provider`."""
    resolver = Resolver(fleet)
    local = [model for model in fleet.models() if fleet.providers[model.provider].location == "local"]
    assume(local)
    model = data.draw(st.sampled_from(local))
    for name in (model.id, *model.aliases):
        for text in (
            name,
            f"{model.provider}/{name}",
            *(f"{former}/{name}" for former in fleet.legacy.providers),
        ):
            try:
                assert resolver.resolve(text).location == "local"
            except ResolutionError:
                continue
