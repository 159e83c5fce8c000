"""Each code has a page with its meaning, reason, a bad and a good example; each page has a code."""

import re

import pytest

from booconf.diagnostics import CODES, Severity
from booconf.diagnostics.codes import rule_page
from booconf.resources import resource_folder

SECTIONS = ["What it means", "Why", "Bad", "Good"]
EXAMPLES = {"BC101": "text", "BC108": "text"}
"""Codes whose example is not YAML; pages about output files and live hosts show commands."""

MARKS = {Severity.ERROR: "", Severity.WARNING: " (warning)", Severity.NOTE: " (note)"}


@pytest.mark.parametrize("code", CODES)
def test_the_page_of_a_code(code: str) -> None:
    page = rule_page(code)
    assert page is not None
    assert page.split("\n")[0] == f"# {code}: {CODES[code].title}"
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == SECTIONS
    assert page.endswith("\n")
    assert "\n\n\n" not in page


@pytest.mark.parametrize("code", CODES)
def test_page_has_a_bad_and_a_good_example(code: str) -> None:
    sections = re.split(r"^## .*$", rule_page(code) or "", flags=re.MULTILINE)
    language = EXAMPLES.get(code, "yaml" if code < "BC600" else "console")
    for section in sections[3:]:
        assert re.findall(r"^```(.*)$", section, re.MULTILINE) == [language, ""]


def test_no_page_without_a_code() -> None:
    assert {page.stem for page in resource_folder("rule_pages").glob("*.md")} == {"README", *CODES}


def test_the_list_of_rules_is_complete_and_in_order() -> None:
    listed = re.findall(
        r"^- (.*)$", (resource_folder("rule_pages") / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert listed == [
        f"[{code}]({code}.md) {entry.title}{MARKS[entry.severity]}" for code, entry in CODES.items()
    ]


def test_page_of_a_code_in_any_case() -> None:
    assert rule_page("BC301")
    assert rule_page("bc301") == rule_page("Bc301") == rule_page("BC301")


@pytest.mark.parametrize("code", ["", "BC", "BC999", "301", "../BC301", "BC301.md", "BC30\u0661", "BC301\n"])
def test_no_page(code: str) -> None:
    assert rule_page(code) is None
