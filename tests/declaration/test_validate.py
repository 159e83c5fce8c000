"""Each difference between data and the format is one diagnostic, at the wrong value or key."""

import pytest

from booconf.declaration.schema import FleetDeclaration
from booconf.declaration.validate import keys_at, places_of, read_declaration
from booconf.declaration.validators import LARGEST_LIMIT
from booconf.diagnostics import Diagnostic
from booconf.source import Document, read_document
from tests.support.fleets import COMMITTED, fleet_text, underlined


def read(text: str) -> FleetDeclaration | tuple[Diagnostic, ...]:
    document = read_document(text.encode("utf-8"), "fleet.yaml")
    assert isinstance(document, Document), document
    return read_declaration(document)


def declared(text: str) -> FleetDeclaration:
    declaration = read(text)
    assert isinstance(declaration, FleetDeclaration), declaration
    return declaration


def refused(text: str) -> list[tuple[str, str, str]]:
    """Code, message and underlined text of each difference."""
    diagnostics = read(text)
    assert not isinstance(diagnostics, FleetDeclaration)
    report = []
    for diagnostic in diagnostics:
        assert diagnostic.primary
        assert diagnostic.help
        report.append((diagnostic.code, diagnostic.message, underlined(text, diagnostic.primary.span)))
    return report


def provider(extra: str) -> str:
    return fleet_text(
        f"one:\n  kind: vllm\n  base_url: http://a\n  models: {{a: {{context: 9}}}}\n  {extra}\n"
    )


def model(value: str) -> str:
    return fleet_text(f"one:\n  kind: vllm\n  base_url: http://a\n  models:\n    a: {value}\n")


def test_the_committed_fleet_fits() -> None:
    declaration = declared(COMMITTED.read_text("utf-8"))
    assert list(declaration.providers) == ["sam-desktop", "embedding", "deepseek"]


def test_a_key_with_no_value_is_a_model_with_defaults() -> None:
    """`Models (mapping; a key with no value is a model with defaults)`."""
    assert declared(model("")).providers["one"].models == {"a": None}


def test_defaults_of_a_provider() -> None:
    """`api_path (default /v1)`, `location: local (default)`, `undeclared ... default route`."""
    one = declared(fleet_text("one: {kind: ollama, base_url: http://a}\n")).providers["one"]
    assert (one.api_path, one.location, one.optional, one.undeclared) == ("/v1", "local", False, "route")
    assert (one.headers, one.sidecar, one.ignore, one.models) == ({}, None, [], {})


def test_sidecar_receives_chat_by_default() -> None:
    sidecar = declared(provider("sidecar: {base_url: http://b}")).providers["one"].sidecar
    assert sidecar
    assert sidecar.traffic == ["chat"]


@pytest.mark.parametrize("number", [1, LARGEST_LIMIT])
def test_limits_are_integers_from_1_to_2_53_minus_1(number: int) -> None:
    (one,) = declared(model(f"{{context: {number}, input: {number}, output: {number}}}")).providers.values()
    assert one.models["a"]
    assert (one.models["a"].context, one.models["a"].output) == (number, number)


@pytest.mark.parametrize("key", ["input", "output", "context"])
@pytest.mark.parametrize("number", ["0", "-1", str(LARGEST_LIMIT + 1)])
def test_a_limit_out_of_range(key: str, number: str) -> None:
    message = f"`{key}` is not a possible number of tokens"
    assert refused(model(f"{{{key}: {number}}}")) == [("BC205", message, number)]


@pytest.mark.parametrize("value", ['"32768"', "32768.0", "true", "[1]", "{a: 1}", "32_768", "1e4"])
def test_numbers_are_never_coerced(value: str) -> None:
    """`numbers are never coerced from strings, booleans or floats`."""
    assert refused(model(f"{{input: {value}}}")) == [("BC203", "`input` is not a number of tokens", value)]
    message = "`context` is neither a number of tokens nor `unknown`"
    assert refused(model(f"{{context: {value}}}")) == [("BC203", message, value)]


@pytest.mark.parametrize(
    ("value", "code"), [("0", "BC205"), ("86401", "BC205"), ("1.5", "BC203"), ("true", "BC203")]
)
def test_a_timeout_is_a_number_of_seconds(value: str, code: str) -> None:
    ((found, _, at),) = refused(provider(f"timeouts: {{header: {value}}}"))
    assert (found, at) == (code, value)


def test_a_timeout_of_a_day_is_the_longest() -> None:
    assert declared(provider("timeouts: {header: 86400}")).providers["one"].timeouts.header == 86400


@pytest.mark.parametrize("value", ["2", '"1"', "1.0", "true", "null"])
def test_the_version_is_1(value: str) -> None:
    text = fleet_text().replace("version: 1", f"version: {value}")
    message = "`version` is not a version of the format that this booconf reads"
    assert refused(text) == [("BC214", message, value)]


@pytest.mark.parametrize(
    ("extra", "code", "message", "at"),
    [
        ("labell: x", "BC201", "unknown key `labell` in `one`", "labell"),
        ("context: 9", "BC201", "unknown key `context` in `one`", "context"),
        ("zzz: x", "BC201", "unknown key `zzz` in `one`", "zzz"),
        ("timeouts: {'a b': 1}", "BC201", "a key that starts with `a` is unknown in `timeouts`", "'a b'"),
        ("timeouts: {sk-ab: 1}", "BC201", "this key is unknown in `timeouts`", "sk-ab"),
        ("label: 5", "BC203", "`label` is a number, not text", "5"),
        ("label: 5.5", "BC203", "`label` is a number, not text", "5.5"),
        ("label: [x]", "BC203", "`label` is a list, not text", "[x]"),
        ("label: {x: y}", "BC203", "`label` is a mapping, not text", "{x: y}"),
        ("label: true", "BC203", "`label` is a boolean, not text", "true"),
        ('label: ""', "BC212", "`label` is empty", '""'),
        ("optional: yes", "BC203", "`optional` is a text, not `true` or `false`", "yes"),
        ("optional:", "BC203", "`optional` has no value, not `true` or `false`", "optional"),
        ("headers: [a]", "BC203", "`headers` is a list, not a mapping", "[a]"),
        ("sidecar: x", "BC203", "`sidecar` is a text, not a mapping", "x"),
        ("sidecar: {}", "BC202", "`base_url` is missing in `sidecar`", "sidecar"),
        ("ignore: x", "BC203", "`ignore` is a text, not a list", "x"),
        ("ignore: [x, 5]", "BC203", "element 2 of `ignore` is a number, not text", "5"),
        ("ignore: [x, y, x]", "BC213", "element 3 of `ignore` names `x` a second time", "x"),
        ("location: clod", "BC204", "`location` cannot be `clod`", "clod"),
        ("location: 5", "BC204", "`location` is a number", "5"),
        ("undeclared: [route]", "BC204", "`undeclared` is a list", "[route]"),
        ("api_key_env: a-b", "BC209", "`api_key_env` is not the name of an environment variable", "a-b"),
        ("api_path: v1", "BC208", "`api_path` is not a path", "v1"),
        ("opencode: {id: A}", "BC206", None, "A"),
        ("headers: {Host: x}", "BC210", "header `Host` belongs to the connection", "Host"),
        ("headers: {X: sk-1}", "BC211", "`X` may contain a secret", "sk-1"),
        ("sidecar: {base_url: http://b, traffic: [chat, chat]}", "BC213", None, "chat"),
        ("headers: {X-A: a, x-a: b}", "BC213", "`x-a` is the header `X-A` again", "b"),
        ("headers: {X-Key: a}", "BC211", "`X-Key` may contain a secret", "a"),
        ("sidecar: {base_url: http://b, traffic: []}", "BC205", "`traffic` is empty", "[]"),
        ("sidecar: {base_url: http://b, traffic: [talk]}", "BC204", "element 1 of `traffic` cannot be `talk`",
         "talk"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit(extra: str, code: str, message: str | None, at: str) -> None:
    ((found, report, place),) = refused(provider(extra))
    assert (found, place) == (code, at)
    assert message in (report, None)


@pytest.mark.parametrize(
    ("text", "report"),
    [
        ("", ("BC203", "the file has no value, not a mapping", "")),
        ("[]", ("BC203", "the file is a list, not a mapping", "[]")),
        ("just text", ("BC203", "the file is a text, not a mapping", "just text")),
    ],
)
def test_the_file_is_a_mapping(text: str, report: tuple[str, str, str]) -> None:
    assert refused(text) == [report]


def test_missing_top_level_key_is_on_the_first_line() -> None:
    report = refused("version: 1\ndefault_provider: one")
    assert report == [
        ("BC202", "`roles` is missing", "version: 1"),
        ("BC202", "`providers` is missing", "version: 1"),
    ]


def test_every_difference_is_reported_at_once() -> None:
    text = provider("optional: 1\n  label: 2").replace("kind: vllm", "kind: vlm")
    text = text.replace("default: one/a", "task: 1")
    assert [code for code, _, _ in refused(text)] == ["BC202", "BC203", "BC204", "BC203", "BC203"]


@pytest.mark.parametrize("value", ["[]", "[ ]"])
def test_an_empty_arena_is_refused(value: str) -> None:
    text = fleet_text(roles=f"default: one/a\narena: {value}")
    assert refused(text) == [("BC205", "`arena` is empty", value)]


def test_a_fleet_has_a_provider() -> None:
    text = "version: 1\ndefault_provider: a\nroles: {default: a/b}\nproviders: {}"
    assert refused(text) == [("BC205", "`providers` is empty", "{}")]


def test_invalid_id_is_underlined() -> None:
    assert refused(fleet_text("One: {kind: vllm, base_url: http://a}\n"))[0][0::2] == ("BC206", "One")
    text = fleet_text("one: {kind: vllm, base_url: http://a, models: {a b: }}\n")
    assert refused(text) == [("BC207", "model id `a b` contains the character U+0020", "a b")]
    text = fleet_text(rest="legacy: {providers: {NO: null}, bare_ids: {..: one/a}}\n")
    assert [(code, at) for code, _, at in refused(text)] == [("BC207", ".."), ("BC206", "NO")]


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        (fleet_text(rest='legacy: {bare_ids: {"[key]": 5}}\n'), "BC203", "5"),
        (fleet_text(rest='legacy: {bare_ids: {"[key]": ""}}\n'), "BC212", '""'),
        (fleet_text("one: {kind: vllm, base_url: http://a, models: {'[key]': 5}}\n"), "BC203", "5"),
        (fleet_text(rest='"[key]": 5\n'), "BC201", '"[key]"'),
    ],
)
def test_name_reserved_by_pydantic_is_allowed(text: str, code: str, at: str) -> None:
    """pydantic marks the key of a mapping as `[key]`, which is also a model id that a host may use."""
    assert [(found, place) for found, _, place in refused(text)] == [(code, at)]


def test_former_provider_of_that_name_is_wrong_as_key_and_as_value() -> None:
    report = refused(fleet_text(rest='legacy: {providers: {"[key]": NO}}\n'))
    assert [(code, at) for code, _, at in report] == [("BC206", '"[key]"'), ("BC206", "NO")]


@pytest.mark.parametrize(
    ("extra", "write"),
    [
        ("labell: x", "write `label`"),
        ("context: 9", "`context` is a key of an entry of `context_overrides`"),
        ("zzz: x", "remove it; the keys here are `kind`, `base_url`"),
        ("timeouts: {header:5}", "write a space after the colon"),
        ("headers: {X-Team:boo: x}", "write a space after the colon"),
        ("location: clod", "write `cloud`"),
        ("location: everywhere", "write one of `local`, `cloud`"),
        ("optional: yes", "write `true` or `false`, without quotes"),
        ("label: 5", "write a text, in quotes if it looks like a number"),
        ("label: [x]", "write one text, without the brackets"),
        ("ignore: x", "write a list: the same text in brackets, `[...]`"),
        ("ignore: 5", "write a list, such as `[one, two]`"),
        ("defaults: {context: 64K}", "write `65536`"),
        ("defaults: {context: '8 k'}", "write `8192`"),
        ("defaults: {output: 8K}", "write `8192`"),
        ("defaults: {output: 1MB}", "write a whole number of tokens, such as `32768`"),
        ("timeouts: {header: 1K}", "write a whole number of seconds, such as `600`"),
    ],
)
def test_help_contains_the_correction(extra: str, write: str) -> None:
    diagnostics = read(provider(extra))
    assert not isinstance(diagnostics, FleetDeclaration)
    (help_text,) = (diagnostic.help or "" for diagnostic in diagnostics)
    words = {word.strip(";, ") for word in write.split()}
    assert words <= {word.strip(";, ") for word in help_text.split()}


def test_nothing_of_a_header_is_quoted() -> None:
    """No text of a diagnostic may contain a secret."""
    for value in ("sk-12345", "Bearer sk-12345", "sk-12345 ${env:A}", "sk-12345 "):
        diagnostics = read(provider(f"headers: {{Authorization: '{value}'}}"))
        assert not isinstance(diagnostics, FleetDeclaration)
        assert "12345" not in "".join(f"{one.message}{one.help}{one.notes}" for one in diagnostics)


@pytest.mark.parametrize(
    "text",
    [
        f"version: [{'1, ' * 10_000}]",
        f"{'k' * 1000}: 1",
        fleet_text(f"{'P' * 1000}: {{kind: vllm, base_url: http://a}}\n"),
        provider(f"kind2: {'x' * 10_000}"),
        provider(f"location: {'x' * 10_000}"),
        provider(f"ignore: [{'x' * 500}, {'x' * 500}]"),
        provider(f"headers: {{{'x' * 500}: a, {'X' * 500}: b}}"),
        provider(f"opencode: {{id: {'x' * 10_000}}}"),
        model(f"{{context: 1}}\n    {'b' * 1000}:"),
        model(f"{{context: 1, aliases: ['{'b' * 10_000}']}}"),
    ],
)
def test_message_quotes_a_bounded_part_of_the_file(text: str) -> None:
    diagnostics = read(text)
    assert not isinstance(diagnostics, FleetDeclaration)
    assert max(len(one.message) + len(one.help or "") for one in diagnostics) < 400


def test_the_declaration_keeps_the_order_of_the_file() -> None:
    models = (
        declared(fleet_text("one: {kind: vllm, base_url: http://a, models: {c: , a: , b: }}\n"))
        .providers["one"]
        .models
    )
    assert list(models) == ["c", "a", "b"]


def test_keys_of_the_top_level() -> None:
    assert keys_at(()) == (
        "version", "default_provider", "roles", "opencode", "legacy", "providers", "context_overrides",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "some"),
    [
        (("roles",), "arena"),
        (("legacy",), "bare_ids"),
        (("providers", "one"), "base_url"),
        (("providers", "one", "sidecar"), "traffic"),
        (("providers", "one", "opencode"), "extends_builtin"),
        (("providers", "one", "models", "a"), "capabilities"),
        (("context_overrides", 3), "match"),
    ],
)
def test_a_mapping_of_the_format_has_its_keys(path: tuple[str | int, ...], some: str) -> None:
    assert some in keys_at(path)


@pytest.mark.parametrize(
    "path",
    [
        ("providers",),
        ("legacy", "bare_ids"),
        ("legacy", "providers"),
        ("providers", "one", "models"),
        ("providers", "one", "headers"),
    ],
)
def test_a_mapping_of_names_has_no_keys_of_the_format(path: tuple[str | int, ...]) -> None:
    assert keys_at(path) == ()


@pytest.mark.parametrize(
    ("key", "places"),
    [
        ("context", ("a model", "`defaults`", "an entry of `context_overrides`")),
        ("base_url", ("a provider", "`sidecar`")),
        ("providers", ("the top level", "`legacy`")),
        ("no-such-key", ()),
    ],
)
def test_places_of_a_key(key: str, places: tuple[str, ...]) -> None:
    assert sorted(places_of(key)) == sorted(places)
