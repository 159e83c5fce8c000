"""The bad example of each page gives exactly its code, the good example no diagnostic."""

import re

import pytest

from booconf.diagnostics import CODES
from booconf.diagnostics.codes import rule_page
from tests.support.fleets import diagnose_text

FLEET_CODES = [code for code in CODES if code < "BC600" and code not in {"BC101", "BC108"}]
"""The files of BC101 and BC108 cannot be shown as YAML text in a page."""

PROOFS_BEHIND_A_RULE = {"BC320": "BC310", "BC322": "BC312"}
"""Proofs that fail only if an earlier rule has a gap; their pages show an example of that rule."""


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
