"""BC709: ids that a host lists more than once."""

from dataclasses import replace

from booconf.diagnostics import Severity
from tests.support.fleets import fleet_text
from tests.support.observations import ExpectedFinding, expected_finding, host_result

TEXT = fleet_text()
LINE = TEXT.splitlines().index("  one:") + 1


def test_is_one_finding_at_the_provider() -> None:
    (finding,) = host_result(TEXT, lambda seen: replace(seen, repeated=("b", "a"))).findings
    assert expected_finding(TEXT, finding) == ExpectedFinding(
        "BC709", Severity.WARNING, "`one` lists these ids more than once: `a`, `b`", LINE, "one"
    )
    assert finding.is_drift


def test_of_one_id_names_it() -> None:
    (finding,) = host_result(TEXT, lambda seen: replace(seen, repeated=("a",))).findings
    assert finding.diagnostic.message == "`one` lists `a` more than once"


def test_names_all_of_a_few() -> None:
    ids = ("v", "w", "x", "y", "z")
    (finding,) = host_result(TEXT, lambda seen: replace(seen, repeated=ids)).findings
    assert finding.diagnostic.message == "`one` lists these ids more than once: `v`, `w`, `x`, `y`, `z`"


def test_names_some_and_counts_the_others() -> None:
    ids = tuple(f"m{number}" for number in range(9))
    (finding,) = host_result(TEXT, lambda seen: replace(seen, repeated=ids)).findings
    assert (
        finding.diagnostic.message
        == "`one` lists these ids more than once: `m0`, `m1`, `m2`, `m3`, `m4` and 4 more"
    )
