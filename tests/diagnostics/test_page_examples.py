"""The examples of every page are true: the bad file gives exactly its code, the good one nothing at all."""

import re

import pytest

from booconf.diagnostics import CODES
from booconf.diagnostics.codes import rule_page
from tests.support.fleets import diagnose_text

FLEET_CODES = [code for code in CODES if code < "BC600" and code not in {"BC101", "BC108"}]
"""BC101 and BC108 are about files that no YAML text in a page can show."""

PROOFS_BEHIND_A_RULE = {"BC320": "BC310", "BC322": "BC312"}
"""These fail only where the rule before them has a gap; the page says so and shows what that rule catches."""


def codes_of(code: str, section: str) -> list[str]:
    match = re.search(
        rf"^## {section}\n.*?^```yaml\n(.*?)^```$", rule_page(code) or "", re.MULTILINE | re.DOTALL
    )
    assert match is not None
    return [diagnostic.code for diagnostic in diagnose_text(match[1])]


@pytest.mark.parametrize("code", FLEET_CODES)
def test_the_bad_example_gives_exactly_this_code(code: str) -> None:
    assert set(codes_of(code, "Bad")) == {PROOFS_BEHIND_A_RULE.get(code, code)}


@pytest.mark.parametrize("code", FLEET_CODES)
def test_the_good_example_gives_nothing(code: str) -> None:
    assert codes_of(code, "Good") == []
