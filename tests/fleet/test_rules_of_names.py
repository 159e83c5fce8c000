"""Rules about ids: `The compiler refuses what would make this ambiguous or unsafe`."""

import pytest

from booconf.fleet.context import MOST_SUGGESTIONS
from booconf.fleet.load import load_fleet
from booconf.live import adapter_of
from tests.support.fleets import (
    CLOUD,
    LOCAL,
    OTHER,
    ExpectedDiagnostic,
    diagnostics_of,
    diagnostics_with_code,
    fleet_text,
    load,
)

NO_IDEA = "write `provider/model` of a declared model, or declare the model"


def provider(name: str, models: str, extra: str = "") -> str:
    return f"{name}:\n  kind: vllm\n  base_url: http://127.0.0.1/{name}\n  models: {models}\n{extra}"


@pytest.mark.parametrize(
    ("default_provider", "expected", "write"),
    [
        ("one", None, ""),
        ("two", None, ""),
        (
            "sky",
            ExpectedDiagnostic("BC301", "sky", ("cloud",)),
            "write one of the local providers: `one`, `two`",
        ),
        ("onee", ExpectedDiagnostic("BC301", "onee"), "write `one`"),
        (
            "nothing-like-it",
            ExpectedDiagnostic("BC301", "nothing-like-it"),
            "write one of the local providers: `one`, `two`",
        ),
    ],
)
def test_default_provider_is_local(
    default_provider: str, expected: ExpectedDiagnostic | None, write: str
) -> None:
    """`default_provider must be local`."""
    text = fleet_text(LOCAL, OTHER, CLOUD, default_provider=default_provider)
    assert diagnostics_of(text) == ([expected] if expected else [])
    if expected:
        assert load(text).diagnostics[0].help == write


def test_advice_without_a_local_provider() -> None:
    text = fleet_text(CLOUD, roles="default: sky/big", default_provider="sky")
    assert load(text).diagnostics[0].help == "declare a local provider"


@pytest.mark.parametrize(
    ("roles", "expected", "write"),
    [
        ("default: one/no", ExpectedDiagnostic("BC302", "one/no"), "write `one/b`"),
        ("default: one/A", ExpectedDiagnostic("BC302", "one/A"), "write `one/a`"),
        ("default: ona/b", ExpectedDiagnostic("BC302", "ona/b"), "write `one/b`"),
        ("default: c", ExpectedDiagnostic("BC302", "c"), "write `two/c`"),
        ("default: a", ExpectedDiagnostic("BC302", "a"), "write `one/a` or `two/a`"),
        ("default: one/ay", ExpectedDiagnostic("BC302", "one/ay"), "write `two/a`"),
        ("default: two/ay", ExpectedDiagnostic("BC302", "two/ay"), "write `two/a`; `ay` is an alias"),
        ("default: e", ExpectedDiagnostic("BC302", "e"), NO_IDEA),
        ("default: one/a\ntask: one/no", ExpectedDiagnostic("BC302", "one/no"), "write `one/b`"),
        ("default: one/a\ncompaction: x", ExpectedDiagnostic("BC302", "x"), NO_IDEA),
        ("default: one/a\narena: [one/a, one/no]", ExpectedDiagnostic("BC302", "one/no"), "write `one/b`"),
        ("default: one/e", ExpectedDiagnostic("BC303", "one/e", ("embedding",)), "name a chat model"),
        (
            "default: one/a\ntask: one/e",
            ExpectedDiagnostic("BC303", "one/e", ("embedding",)),
            "name a chat model",
        ),
        (
            "default: one/a\narena: [one/e]",
            ExpectedDiagnostic("BC303", "one/e", ("embedding",)),
            "name a chat model",
        ),
    ],
)
def test_roles_name_declared_chat_models_by_composite_id(
    roles: str, expected: ExpectedDiagnostic, write: str
) -> None:
    """`each names declared chat models by composite id`; an alias is no id."""
    text = fleet_text(LOCAL, OTHER.replace("a: {", "a: {aliases: [ay], "), roles=roles)
    assert diagnostics_of(text) == [expected]
    if "one/no" not in roles and "one/ay" not in roles:
        assert (load(text).diagnostics[0].help or "").startswith(write)


def test_fallback_of_a_role_is_not_reported_again() -> None:
    assert diagnostics_of(fleet_text(roles="default: one/no")) == [ExpectedDiagnostic("BC302", "one/no")]


@pytest.mark.parametrize(
    ("legacy", "expected"),
    [
        ("bare_ids: {old: one/a}", []),
        ("bare_ids: {old: one/e}", []),
        ("bare_ids: {old/a/b: sky/big}", []),
        ("bare_ids: {old: one/no}", [ExpectedDiagnostic("BC304", "one/no")]),
        ("bare_ids: {old: a}", [ExpectedDiagnostic("BC304", "a")]),
        (
            "bare_ids: {old: old-one/a}\n  providers: {old-one: one}",
            [ExpectedDiagnostic("BC304", "old-one/a")],
        ),
        ("bare_ids: {two/x: one/a}", [ExpectedDiagnostic("BC305", "two/x", ("two",))]),
        (
            "bare_ids: {was/x: one/a}\n  providers: {was: one}",
            [ExpectedDiagnostic("BC305", "was/x", ("was",))],
        ),
        (
            "bare_ids: {was/x: one/a}\n  providers: {was: null}",
            [ExpectedDiagnostic("BC305", "was/x", ("was",))],
        ),
        ("bare_ids: {a: two/a}", [ExpectedDiagnostic("BC305", "a", ("a",))]),
        ("bare_ids: {ay: two/a}", [ExpectedDiagnostic("BC305", "ay", ("a",))]),
        ("bare_ids: {two: one/a}", []),
        ("bare_ids: {A: two/a}", []),
        ("providers: {was: one}", []),
        ("providers: {was: null}", []),
        ("providers: {was: on}", [ExpectedDiagnostic("BC306", "on")]),
        ("providers: {was: was-too, was-too: one}", [ExpectedDiagnostic("BC306", "was-too")]),
        ("providers: {two: one}", [ExpectedDiagnostic("BC307", "two", ("two",))]),
        ("providers: {two: null}", [ExpectedDiagnostic("BC307", "two", ("two",))]),
        ("providers: {one: one}", [ExpectedDiagnostic("BC307", "one", ("one",))]),
    ],
)
def test_legacy_names(legacy: str, expected: list[ExpectedDiagnostic]) -> None:
    """A bare id caught by rules 1 or 2, or that the default provider has; targets that are not declared."""
    local = LOCAL.replace("a: {", "a: {aliases: [ay], ")
    assert diagnostics_of(fleet_text(local, OTHER, CLOUD, rest=f"legacy:\n  {legacy}\n")) == expected


@pytest.mark.parametrize(
    ("legacy", "write"),
    [
        ("bare_ids: {old: one/A}", "write `one/a`"),
        ("bare_ids: {old: e}", "write `one/e`"),
        ("providers: {was: onee}", "write `one`"),
        ("providers: {was: zzzz}", "write a declared provider, or null when it is retired"),
    ],
)
def test_suggestions_for_legacy_names(legacy: str, write: str) -> None:
    (diagnostic,) = load(fleet_text(rest=f"legacy:\n  {legacy}\n")).diagnostics
    assert diagnostic.help == write


@pytest.mark.parametrize(
    ("models", "expected"),
    [
        ("{a: {capabilities: [tools], context: 32768}, other/x: {context: 9}, onex/y: {context: 9}}", []),
        (
            "{a: {capabilities: [tools], context: 32768}, two/x: {context: 9}}",
            [ExpectedDiagnostic("BC308", "two/x", ("two",))],
        ),
        (
            "{a: {capabilities: [tools], context: 32768}, one/x: {context: 9}}",
            [ExpectedDiagnostic("BC308", "one/x", ("one",))],
        ),
        (
            "{a: {capabilities: [tools], context: 32768}, was/x: {context: 9}}",
            [ExpectedDiagnostic("BC308", "was/x", ("was",))],
        ),
        (
            "{a: {capabilities: [tools], context: 32768, aliases: [b, two/x]}}",
            [ExpectedDiagnostic("BC308", "two/x", ("two",))],
        ),
        ("{a: {capabilities: [tools], context: 32768}, two: {context: 9}}", []),
    ],
)
def test_name_of_default_provider_is_no_composite_id(models: str, expected: list[ExpectedDiagnostic]) -> None:
    text = fleet_text(provider("one", models), OTHER, rest="legacy: {providers: {was: two}}\n")
    assert diagnostics_of(text) == expected


def test_models_of_other_providers_may_start_with_an_id() -> None:
    """Their bare ids mean nothing anyway."""
    assert diagnostics_of(fleet_text(LOCAL, provider("two", "{one/x: {context: 9}}"))) == []


@pytest.mark.parametrize(
    ("models", "expected"),
    [
        ("{a: {context: 9}, b: {context: 9, aliases: [c]}}", []),
        (
            "{a: {context: 9, aliases: [x]}, b: {context: 9, aliases: [x]}}",
            [ExpectedDiagnostic("BC309", "x", ("x",))],
        ),
        ("{a: {context: 9}, b: {context: 9, aliases: [a]}}", [ExpectedDiagnostic("BC309", "a", ("a",))]),
        ("{b: {context: 9, aliases: [a]}, a: {context: 9}}", [ExpectedDiagnostic("BC309", "a", ("a",))]),
        ("{a: {context: 9, aliases: [a]}}", [ExpectedDiagnostic("BC309", "a", ("a",))]),
        ("{a: {context: 9, aliases: [x, x]}}", [ExpectedDiagnostic("BC309", "x", ("x",))]),
        ("{a: {context: 9}, A: {context: 9}}", [ExpectedDiagnostic("BC309", "A", ("a",))]),
        ("{a: {context: 9, aliases: [XY, xy]}}", [ExpectedDiagnostic("BC309", "xy", ("XY",))]),
    ],
)
def test_names_of_one_provider_differ_by_more_than_case(
    models: str, expected: list[ExpectedDiagnostic]
) -> None:
    """`two ids or aliases of one provider that are equal or differ by case only`."""
    assert diagnostics_of(fleet_text(LOCAL, provider("two", models))) == expected


def test_each_repeated_name_is_labeled() -> None:
    """The texts are equal, so the columns differ."""
    text = fleet_text(LOCAL, provider("two", "{a: {context: 9, aliases: [x, x]}}"))
    (diagnostic,) = load(text).diagnostics
    assert diagnostic.primary
    assert diagnostic.primary.span.start > diagnostic.secondary[0].span.start


def test_two_providers_may_have_the_same_names() -> None:
    assert diagnostics_of(fleet_text(LOCAL, OTHER)) == []


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("{id: x}", "{id: y}", []),
        ("{id: x, legacy_ids: [z]}", "{id: y, legacy_ids: [w]}", []),
        ("{id: x, legacy_ids: [x]}", "{}", []),
        ("{id: x, legacy_ids: [l-1]}", "{}", []),
        ("{id: x}", "{id: x}", [ExpectedDiagnostic("BC310", "x", ("x",))]),
        ("{id: l-2}", "{}", [ExpectedDiagnostic("BC310", "l-2", ("l-2",))]),
        ("{id: l-2}", "{id: y}", [ExpectedDiagnostic("BC310", "l-2", ("l-2",))]),
        ("{}", "{id: l-1}", [ExpectedDiagnostic("BC310", "l-1", ("l-1",))]),
        ("{}", "{legacy_ids: [l-1]}", [ExpectedDiagnostic("BC310", "l-1", ("l-1",))]),
        ("{id: x}", "{legacy_ids: [y, x]}", [ExpectedDiagnostic("BC310", "x", ("x",))]),
        ("{legacy_ids: [x]}", "{legacy_ids: [x]}", [ExpectedDiagnostic("BC310", "x", ("x",))]),
    ],
)
def test_an_opencode_id_belongs_to_one_provider(
    first: str, second: str, expected: list[ExpectedDiagnostic]
) -> None:
    """`an opencode id that is another provider's id, opencode id or legacy id`."""
    text = fleet_text(
        provider("l-1", "{a: {capabilities: [tools], context: 32768}}", f"  opencode: {first}\n"),
        provider("l-2", "{a: {capabilities: [tools], context: 32768}}", f"  opencode: {second}\n"),
        roles="default: l-1/a",
        default_provider="l-1",
    )
    assert diagnostics_of(text) == expected


@pytest.mark.parametrize(
    ("successor", "opencode", "expected"),
    [
        ("l-1", "{}", []),
        ("l-1", "{id: was}", [ExpectedDiagnostic("BC310", "was", ("was",))]),
        ("l-1", "{id: y, legacy_ids: [x, was]}", [ExpectedDiagnostic("BC310", "was", ("was",))]),
        ("l-2", "{id: was}", []),
        ("l-2", "{legacy_ids: [was]}", []),
        ("null", "{}", []),
        ("null", "{id: was}", [ExpectedDiagnostic("BC310", "was", ("was",))]),
        ("null", "{legacy_ids: [was]}", [ExpectedDiagnostic("BC310", "was", ("was",))]),
    ],
)
@pytest.mark.parametrize("location", ["local", "cloud"])
def test_an_opencode_id_is_no_former_id_of_another_provider(
    location: str, successor: str, opencode: str, expected: list[ExpectedDiagnostic]
) -> None:
    """Else `was/a` would be a model of one provider, and in opencode one of the other."""
    text = fleet_text(
        provider("l-1", "{a: {capabilities: [tools], context: 32768}}"),
        provider("l-2", "{b: {context: 32768}}", f"  opencode: {opencode}\n  location: {location}\n"),
        roles="default: l-1/a",
        default_provider="l-1",
        rest=f"legacy: {{providers: {{was: {successor}}}}}\n",
    )
    assert diagnostics_with_code(text, "BC310") == expected


def test_retired_id_is_no_opencode_id() -> None:
    text = fleet_text(
        provider("one", "{a: {capabilities: [tools], context: 32768}}", "  opencode: {legacy_ids: [was]}\n"),
        provider("two", "{b: {context: 32768}}", "  opencode: {legacy_ids: [was]}\n"),
        rest="legacy: {providers: {was: null}}\n",
    )
    assert [diagnostic.message for diagnostic in load(text).diagnostics] == [
        "the opencode id `was` of `one` is the id of a retired provider",
        "the opencode id `was` of `two` is the id of a retired provider",
    ]


@pytest.mark.parametrize(("former", "code"), [("was: nobody", "BC306"), ("one: two", "BC307")])
def test_one_diagnostic_per_former_id(former: str, code: str) -> None:
    """Cascades are suppressed."""
    text = fleet_text(
        provider("one", "{a: {capabilities: [tools], context: 32768}}"),
        provider("two", "{b: {context: 32768}}", "  opencode: {id: was}\n"),
        rest=f"legacy: {{providers: {{{former}}}}}\n",
    )
    assert [one.code for one in diagnostics_of(text)] == [code]


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ("one/a", []),
        ("one/e", []),
        ("*", []),
        ("one/*", []),
        ("*/b", []),
        ("one/A", [ExpectedDiagnostic("BC311", "one/A")]),
        ("a", [ExpectedDiagnostic("BC311", "a")]),
        ("two/*", [ExpectedDiagnostic("BC311", "two/*")]),
        ("one/ay", [ExpectedDiagnostic("BC311", "one/ay")]),
        ("one", [ExpectedDiagnostic("BC311", "one")]),
    ],
)
def test_a_context_override_matches_something(match: str, expected: list[ExpectedDiagnostic]) -> None:
    """`an override that matches nothing`; patterns are over composite ids of declared models of any type."""
    local = LOCAL.replace("a: {", "a: {aliases: [ay], ")
    text = fleet_text(local, rest=f'context_overrides: [{{match: "{match}", context: 16384}}]\n')
    assert diagnostics_with_code(text, "BC311") == (
        [ExpectedDiagnostic("BC311", f'"{one.at}"') for one in expected]
    )


def test_suggestion_for_an_override() -> None:
    entries = "  - {match: one/A, context: 16384}\n  - {match: zz*, context: 9}\n"
    text = fleet_text(rest=f"context_overrides:\n{entries}")
    assert [diagnostic.help for diagnostic in load(text).diagnostics] == [
        "write `one/a`, or remove the entry",
        "write a composite id, `*` for any run of characters, or remove the entry",
    ]


MANY = range(MOST_SUGGESTIONS + 3)


@pytest.mark.parametrize(
    ("code", "text", "suggested", "otherwise"),
    [
        (
            "BC302",
            fleet_text(roles=f"default: one/a\narena: [{', '.join(f'ona/a{n}' for n in MANY)}]"),
            "write `one/a`",
            NO_IDEA,
        ),
        (
            "BC302",
            fleet_text(roles=f"default: one/a\narena: [{'a, ' * len(MANY)}]"),
            "write `one/a`",
            NO_IDEA,
        ),
        (
            "BC304",
            fleet_text(rest=f"legacy: {{bare_ids: {{{', '.join(f'old-{n}: one/A' for n in MANY)}}}}}\n"),
            "write `one/a`",
            NO_IDEA,
        ),
        (
            "BC306",
            fleet_text(rest=f"legacy: {{providers: {{{', '.join(f'was-{n}: ona' for n in MANY)}}}}}\n"),
            "write `one`",
            "write a declared provider, or null when it is retired",
        ),
        (
            "BC311",
            fleet_text(rest=f"context_overrides: [{'{match: one/A, context: 9}, ' * len(MANY)}]\n"),
            "write `one/a`, or remove the entry",
            "write a composite id, `*` for any run of characters, or remove the entry",
        ),
    ],
    ids=["BC302", "BC302 by the name alone", "BC304", "BC306", "BC311"],
)
def test_suggestions_of_one_rule_are_bounded(code: str, text: str, suggested: str, otherwise: str) -> None:
    """A suggestion costs a look at everything declared, so there is an end to them."""
    found = [one.help for one in load(text).diagnostics if one.code == code]
    assert found == [suggested] * MOST_SUGGESTIONS + [otherwise] * (len(MANY) - MOST_SUGGESTIONS)


def test_each_rule_has_its_own_suggestion_budget() -> None:
    arena = f"default: one/a\narena: [{'one/A, ' * len(MANY)}]"
    text = fleet_text(roles=arena, rest="legacy: {bare_ids: {old: one/A}}\n")
    assert [one.help for one in load(text).diagnostics if one.code == "BC304"] == ["write `one/a`"]


def test_aliases_need_no_suggestion_budget() -> None:
    """It costs one look into one provider."""
    local = LOCAL.replace("a: {", "a: {aliases: [ay], ")
    text = fleet_text(local, roles=f"default: one/a\narena: [{'one/ay, ' * len(MANY)}]")
    found = [one.help for one in load(text).diagnostics if one.code == "BC302"]
    assert found == ["write `one/a`; `ay` is an alias"] * len(MANY)


def test_names_for_suggestions_are_collected_once() -> None:
    context = load(fleet_text(LOCAL, OTHER)).context
    assert context
    assert context.ids_by_name == {
        "a": ["one/a", "two/a"],
        "b": ["one/b"],
        "e": ["one/e"],
        "c": ["two/c"],
    }
    assert context.chat_ids_by_name == {"a": ["one/a", "two/a"], "b": ["one/b"], "c": ["two/c"]}
    assert context.ids_by_name is context.ids_by_name
    assert context.chat_ids_by_name is context.chat_ids_by_name


def test_missing_default_provider_suppresses_dependent_rules() -> None:
    """Cascades are suppressed: one mistake, one diagnostic."""
    text = fleet_text(
        provider("two", "{one/x: {context: 32768, capabilities: [tools]}}"), roles="default: two/one/x"
    )
    assert diagnostics_of(f"{text}legacy: {{bare_ids: {{x: two/one/x}}}}\n") == [
        ExpectedDiagnostic("BC301", "one")
    ]


def test_valid_fleet_needs_no_spans() -> None:
    """A span costs a second walk over the text, so no rule requests one before it has a diagnostic."""
    loading = load_fleet(fleet_text(LOCAL, OTHER, CLOUD).encode(), "fleet.yaml", adapter_of)
    assert loading.fleet
    assert loading.document
    assert "nodes" not in vars(loading.document)
