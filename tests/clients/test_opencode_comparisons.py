"""Comparisons of names in the pinned opencode: each belongs to a rule of ours, or to none for a reason."""

import re

import pytest

from booconf.fleet import opencode_name_rules
from booconf.fleet.opencode_name_rules import NAME_RULES
from scripts.opencode_comparisons import PACKAGES, Comparison, comparisons
from scripts.refresh_opencode_names import EVIDENCE, REASONS, Evidence, installed_comparisons
from tests.clients.tools import installed_version

PARTS = re.compile(r"(?:\([^()]*\)|[^|()])+")
"""The alternatives of a pattern, which may contain groups."""

VERSION_PARSERS = {r"^o(\d+)(?:-|$)", r"^gpt-(\d+)(?:\.(\d+))?(?:-(.+))?$"}
"""The program compares the numbers that these find; the rule has one pattern instead."""

RULES = {rule.id for rule in NAME_RULES}


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return Evidence.read(EVIDENCE.read_text(encoding="utf-8"))


def test_file_lists_the_comparisons_of_the_installed_program(evidence: Evidence) -> None:
    """After a new version: `python -m scripts.refresh_opencode_names`."""
    assert list(evidence.changes(installed_comparisons())) == []
    assert evidence.version == opencode_name_rules.OPENCODE_VERSION == installed_version()
    assert evidence.text() == EVIDENCE.read_text(encoding="utf-8")


def test_comparisons_are_found_behind_minified_names() -> None:
    """Through an assignment, a call, a list of names and a variable, while the local name is in scope."""
    libraries = ",".join(f'"{package}":()=>import("/$bunfs/root/sdk.js")' for package in PACKAGES)
    modules = {
        "main": f"// @bun\nvar m={{{libraries}}},r=/gemini-[23]/i;"
        'function f(a,b){return b.startsWith("o1")}'
        "function g($){let Z=$.api.id.toLowerCase();"
        'if(["qwen","glm"].some((Q)=>Z.includes(Q)))return r.test(Z);'
        'return f($.cost,Z)||$.id!=="auto"}'
        'function h(Z){return Z.includes("cost")}'
        'if([$.providerID].some((Q)=>Q.includes("zai"))||$.providerID===K.ID.openai)g($)',
        "sdk": '// @bun\nif(this.modelId.startsWith("claude-"))x()',
        "other-sdk": '// @bun\nif(this.modelId.startsWith("palm-"))x()',
    }
    program = "".join(f"\0/$bunfs/root/{name}.js\0{text}" for name, text in modules.items())
    found = comparisons(f"ELF{program}\0".encode())
    assert {(one.field, one.operator, one.literal): places for one, places in found.items()} == {
        ("upstream", "contains", "qwen"): 1,
        ("upstream", "contains", "glm"): 1,
        ("upstream", "matches", "gemini-[23]"): 1,
        ("upstream", "starts with", "o1"): 1,
        ("upstream", "starts with", "claude-"): 1,
        ("model", "equals", "auto"): 1,
        ("provider", "contains", "zai"): 1,
        ("provider", "equals", "openai"): 1,
    }


def test_new_comparison_is_reported(evidence: Evidence) -> None:
    found = Comparison("upstream", "contains", "new-vendor")
    changes = list(evidence.changes({**evidence.places, found: 1}))
    assert changes == ['upstream contains "new-vendor": 0 -> 1 places']
    assert ' "new-vendor" 1: new\n' in Evidence("1", {found: 1}, evidence.words).text()


def test_every_comparison_has_rules_or_a_reason(evidence: Evidence) -> None:
    for comparison, words in evidence.words.items():
        assert words, comparison
        assert set(words) <= RULES | REASONS.keys(), comparison


def test_rules_have_exactly_the_literals_of_their_comparisons(evidence: Evidence) -> None:
    """The parts of a name that decide, those that exclude it, and the parts of a pattern."""
    for rule in NAME_RULES:
        known = {*rule.texts, *rule.but, *(provider.strip("*") for provider in rule.providers)}
        if rule.pattern is not None:
            parts = PARTS.findall(rule.pattern)
            known |= {part if "[" in part else part.replace("\\.", ".") for part in parts}
        found = {comparison.literal for comparison, words in evidence.words.items() if rule.id in words}
        assert found == (VERSION_PARSERS if rule.id == "developer" else known), rule.id
