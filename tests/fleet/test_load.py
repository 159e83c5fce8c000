"""The way from bytes to a fleet: a stage starts once the one before it is free of errors."""

import pytest

from booconf.diagnostics import Severity
from booconf.fleet.load import load_fleet
from booconf.live import adapter_of
from tests.support.fleets import CLOUD, COMMITTED, LOCAL, OTHER, fleet_text, load


def test_committed_fleet_is_valid_with_warnings() -> None:
    loading = load_fleet(COMMITTED.read_bytes(), "fleet.yaml", adapter_of)
    assert loading.context
    assert loading.fleet is loading.context.fleet
    assert loading.document is loading.context.document
    codes = [diagnostic.code for diagnostic in loading.diagnostics]
    assert codes == ["BC502", "BC513", "BC514", "BC508", "BC518", "BC518"]


def test_invalid_yaml_gives_no_document() -> None:
    loading = load("a: [")
    assert (loading.document, loading.context, loading.fleet) == (None, None, None)
    assert [diagnostic.code for diagnostic in loading.diagnostics] == ["BC102"]


def test_invalid_declaration_is_not_checked_by_rules() -> None:
    loading = load(fleet_text(roles="default: no/such\ntask: 5"))
    assert loading.document
    assert (loading.context, loading.fleet) == (None, None)
    assert [diagnostic.code for diagnostic in loading.diagnostics] == ["BC203"]


def test_error_gives_no_fleet() -> None:
    loading = load(fleet_text(roles="default: no/such"))
    assert loading.document
    assert (loading.context, loading.fleet) == (None, None)
    assert [diagnostic.code for diagnostic in loading.diagnostics] == ["BC302"]


def test_warning_keeps_the_fleet() -> None:
    loading = load(fleet_text(roles="default: one/a\ntask: one/b"))
    assert loading.fleet
    assert [diagnostic.severity for diagnostic in loading.diagnostics] == [Severity.WARNING]


@pytest.mark.parametrize("name", ["fleet.yaml", "deploy/other.yml"])
def test_spans_contain_the_given_file_name(name: str) -> None:
    (diagnostic,) = load_fleet(b"[]", name, adapter_of).diagnostics
    assert diagnostic.primary
    assert diagnostic.primary.span.file == name


def test_valid_fleet_computes_no_positions() -> None:
    """A position costs a second walk over the text (docs/decisions/0001)."""
    legacy = "legacy: {bare_ids: {old: one/a}, providers: {former: one}}\n"
    loading = load(fleet_text(LOCAL, OTHER, CLOUD, rest=legacy))
    assert loading.diagnostics == ()
    assert "nodes" not in vars(loading.document)
