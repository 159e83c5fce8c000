"""Findings without an edit, and the table of resolvers."""

from dataclasses import replace

from booconf.diagnostics import CODES
from booconf.drift.adoption import Adoption
from booconf.drift.adoption.resolutions import RESOLVERS, Unresolved
from booconf.drift.result import NOT_CHECKED, SKIPPED
from booconf.live.observation import NameRole, Observation, Outcome
from tests.support.adoptions import adopt_observed, adopt_with, edits, unresolved
from tests.support.fleets import LOCAL, OTHER, fleet_text
from tests.support.observations import (
    check_context,
    matching_observation,
    with_window,
)

FLEET = fleet_text()


class TestUnresolved:
    def test_differences_to_correct_on_the_host(self) -> None:
        twice = lambda observation: replace(observation, repeated=("a",))  # noqa: E731
        adoption = adopt_with(FLEET, with_window("a", 32768, running=9000), twice)
        assert adoption.text == FLEET
        assert unresolved(adoption) == [
            (
                "`one/a` runs with a window of 9000 tokens, but its host reports 32768: "
                "correct this on the host"
            ),
            "`one` lists `a` more than once: correct this on the host",
        ]

    def test_hosts_without_answer(self) -> None:
        text = fleet_text(LOCAL, OTHER)
        context = check_context(text)
        observed = {
            "one": replace(
                matching_observation(context.fleet.providers["one"]), sidecar="connection refused"
            ),
            "two": Observation(Outcome.UNREACHABLE, "connection refused"),
        }
        assert adopt_observed(text, observed) == Adoption(
            text,
            (),
            (
                Unresolved("the sidecar of `one` cannot be reached: connection refused", "BC727", "one"),
                Unresolved("`two` cannot be reached: connection refused", "BC721", "two"),
            ),
        )

    def test_names_of_peers(self) -> None:
        peers = lambda observation: replace(observation, other_names={"p": NameRole.PEER})  # noqa: E731
        assert adopt_with(FLEET, peers) == Adoption(FLEET, (), ())

    def test_providers_without_observation(self) -> None:
        text = fleet_text(LOCAL, OTHER)
        adoption = adopt_observed(text, {"two": Observation(Outcome.ANSWERED)})
        assert edits(text, adoption) == (["c: {context: 32768}"], ["models: {}"])


def test_every_code_of_drift_has_a_resolver() -> None:
    """Codes of hosts not checked are no drift."""
    assert RESOLVERS.keys() == {code for code in CODES if code.startswith("BC7")} - NOT_CHECKED - {SKIPPED}
