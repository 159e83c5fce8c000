"""The way from bytes to a fleet: a stage starts once the one before it is free of errors."""

import pytest

from booconf.diagnostics import Severity
from booconf.fleet.load import load_fleet
from tests.support.fleets import CLOUD, COMMITTED, LOCAL, OTHER, fleet_text, load


def test_the_committed_fleet_is_valid_and_says_what_clients_would_quietly_do() -> None:
    loading = load_fleet(COMMITTED.read_bytes(), "fleet.yaml")
    assert loading.context
    assert loading.fleet is loading.context.fleet
    assert loading.document is loading.context.document
    assert [diagnostic.code for diagnostic in loading.diagnostics] == ["BC502", "BC508"]


def test_text_that_is_not_yaml_goes_no_further() -> None:
    loading = load("a: [")
    assert (loading.document, loading.context, loading.fleet) == (None, None, None)
    assert [diagnostic.code for diagnostic in loading.diagnostics] == ["BC102"]


def test_a_wrong_shape_is_not_judged_by_rules() -> None:
    loading = load(fleet_text(roles="default: no/such\ntask: 5"))
    assert loading.document
    assert (loading.context, loading.fleet) == (None, None)
    assert [diagnostic.code for diagnostic in loading.diagnostics] == ["BC203"]


def test_a_broken_rule_leaves_no_fleet() -> None:
    loading = load(fleet_text(roles="default: no/such"))
    assert loading.document
    assert (loading.context, loading.fleet) == (None, None)
    assert [diagnostic.code for diagnostic in loading.diagnostics] == ["BC302"]


def test_a_warning_leaves_the_fleet() -> None:
    loading = load(fleet_text(roles="default: one/a\ntask: one/b"))
    assert loading.fleet
    assert [diagnostic.severity for diagnostic in loading.diagnostics] == [Severity.WARNING]


@pytest.mark.parametrize("name", ["fleet.yaml", "deploy/other.yml"])
def test_spans_name_the_file_as_the_user_did(name: str) -> None:
    (diagnostic,) = load_fleet(b"[]", name).diagnostics
    assert diagnostic.primary
    assert diagnostic.primary.span.file == name


def test_a_fleet_without_findings_asks_for_no_position() -> None:
    """A position costs a second walk over the text (docs/decisions/0001)."""
    legacy = "legacy: {bare_ids: {old: one/a}, providers: {former: one}}\n"
    loading = load(fleet_text(LOCAL, OTHER, CLOUD, rest=legacy))
    assert loading.diagnostics == ()
    assert "nodes" not in vars(loading.document)
