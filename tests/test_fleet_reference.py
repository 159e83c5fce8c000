"""docs/fleet.md agrees with the schema, the rules and the resolver."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from booconf.diagnostics import CODES
from booconf.fleet.limits import LARGEST_DERIVED_OUTPUT, LARGEST_REASONING_OUTPUT
from booconf.fleet.model import Fleet
from booconf.fleet.resolve import ResolutionError, ResolutionStep, Resolver
from booconf.source.document import LARGEST_FILE
from booconf.source.loader import DEEPEST
from booconf.source.scalars import resolve as read_scalar
from tests.clients.compiled import read_fleet

DOCUMENTS = Path(__file__).parents[1]
PAGE = (DOCUMENTS / "docs" / "fleet.md").read_text(encoding="utf-8")
SCHEMA = json.loads((DOCUMENTS / "schema" / "fleet.schema.json").read_text(encoding="utf-8"))
MAPPINGS: dict[str, dict[str, Any]] = {"Top level": SCHEMA, **SCHEMA["$defs"]}
"""Heading of each key table -> schema of its mapping."""

SECTIONS = {
    heading: text
    for part in re.split(r"^##+ ", PAGE, flags=re.MULTILINE)[1:]
    for heading, _, text in [part.partition("\n")]
}


def table(section: str, header: str) -> list[list[str]]:
    """The rows of the table in `section` whose first cell of the header is `header`."""
    start = SECTIONS[section].index(f"| {header} |")
    _, _, *rows = SECTIONS[section][start:].partition("\n\n")[0].strip("\n").splitlines()
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


KEYS = {section: {row[0].strip("`"): row for row in table(section, "key")} for section in MAPPINGS}
EVERY_KEY = [(section, key) for section in MAPPINGS for key in MAPPINGS[section]["properties"]]


def property_of(section: str, key: str) -> dict[str, Any]:
    schema: dict[str, Any] = MAPPINGS[section]["properties"][key]
    return schema


def referred(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a mapping that `schema` refers to, or `schema` itself."""
    return MAPPINGS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def may_be_null(schema: dict[str, Any]) -> bool:
    kinds = referred(schema).get("type", [])
    return "null" in kinds or {"type": "null"} in schema.get("anyOf", [])


class TestKeys:
    def test_every_mapping_of_the_format_has_a_table(self) -> None:
        assert {heading for heading, text in SECTIONS.items() if "| key |" in text} == set(MAPPINGS)

    @pytest.mark.parametrize("section", MAPPINGS)
    def test_table_lists_the_keys_of_its_mapping_in_order(self, section: str) -> None:
        assert list(KEYS[section]) == list(MAPPINGS[section]["properties"])

    @pytest.mark.parametrize(("section", "key"), EVERY_KEY)
    def test_key_has_the_documented_default(self, section: str, key: str) -> None:
        schema, shown = property_of(section, key), KEYS[section][key][3]

        if key in MAPPINGS[section].get("required", []):
            assert shown == "required"
        elif may_be_null(schema):
            assert re.fullmatch(r"(?!required)[^`].*|`default` alone", shown), "a default in words"
        else:
            assert yaml.safe_load(shown.strip("`")) == schema.get("default", {})

    @pytest.mark.parametrize(("section", "key"), EVERY_KEY)
    def test_key_accepts_the_documented_words(self, section: str, key: str) -> None:
        schema, shown = property_of(section, key), KEYS[section][key][2]
        words = schema.get("enum") or schema.get("items", {}).get("enum", [])
        if schema.get("type") == "boolean":
            words = ["true", "false"]
        if "const" in schema:
            words = [str(schema["const"])]

        assert [word for word in re.findall("`(.*?)`", shown) if word != "null"] == words

    @pytest.mark.parametrize(("section", "key"), EVERY_KEY)
    def test_key_with_mappings_links_to_their_table(self, section: str, key: str) -> None:
        schema, shown = property_of(section, key), KEYS[section][key][2]
        references = re.findall(r"#/\$defs/(\w+)", json.dumps(schema))

        assert re.findall(r"\[mappings?\]\(#(\w+)\)", shown) == references

    def test_longest_timeout_is_that_of_the_schema(self) -> None:
        number, _ = property_of("timeouts", "header")["anyOf"]
        assert KEYS["timeouts"]["header"][2] == f"{number['minimum']} to {number['maximum']}"


class TestRules:
    def test_page_links_to_every_rule_about_a_fleet(self) -> None:
        links = set(re.findall(r"\]\(rules/(BC\d+)\.md\)", PAGE))
        assert {code for code in links if code < "BC600"} == {code for code in CODES if code < "BC600"}
        assert links <= set(CODES)

    def test_links_within_the_page_have_headings(self) -> None:
        anchors = {re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-")) for heading in SECTIONS}
        assert set(re.findall(r"\]\(#(.*?)\)", PAGE)) <= anchors

    def test_numbers_are_those_of_the_code(self) -> None:
        windows = SECTIONS["Context windows"]
        tokens, _ = property_of("model", "input")["anyOf"]
        assert f"from {tokens['minimum']} to {tokens['maximum']};" in windows
        assert f"at most {LARGEST_DERIVED_OUTPUT}, or {LARGEST_REASONING_OUTPUT}" in windows
        assert f"more than {LARGEST_FILE // 2**20} MiB or {DEEPEST} levels" in SECTIONS["YAML"]

    def test_documented_texts_are_texts(self) -> None:
        (named,) = re.findall(r"YAML 1\.2 core: (.*?) are texts", SECTIONS["YAML"])
        words = re.findall("`(.*?)`", named)
        assert [read_scalar(word) for word in words] == words


@pytest.fixture(scope="module")
def fleet() -> Fleet:
    """The fleet that the page shows, which is valid."""
    (text,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    return read_fleet(text)


STEPS = {
    ResolutionStep.COMPOSITE: "1",
    ResolutionStep.FORMER_PROVIDER: "2",
    ResolutionStep.LEGACY_BARE_ID: "3",
    ResolutionStep.BARE_ID: "3",
}


def outcomes(resolver: Resolver, asked: str, step: str) -> Iterator[str]:
    """The possible texts of the page about an id: its error, or its route in step `step`."""
    try:
        route = resolver.resolve(asked)
    except ResolutionError as error:
        yield f"error `{error.code}`"
    else:
        if step == STEPS[resolver.find(asked).step] and route.legacy == (step != "1"):
            yield f"`{route.id}`" if route.declared else f"`{route.id}`, undeclared"


class TestExample:
    @pytest.mark.parametrize("row", table("How an id resolves", "id"), ids=lambda row: row[0].strip("`"))
    def test_id_resolves_as_documented(self, fleet: Fleet, row: list[str]) -> None:
        asked, step, leads_to = row
        assert [leads_to] == list(outcomes(Resolver(fleet), asked.strip("`"), step))

    @pytest.mark.parametrize(
        "row", table("Context windows", "model of the example"), ids=lambda row: row[0].strip("`")
    )
    def test_model_has_the_documented_limits(self, fleet: Fleet, row: list[str]) -> None:
        model, *limits = row
        route = Resolver(fleet).resolve(model.strip("`"))
        assert [route.context, route.input, route.output] == [yaml.safe_load(limit) for limit in limits]
