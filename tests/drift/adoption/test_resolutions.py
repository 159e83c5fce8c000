"""What adopt answers, and what it leaves to others."""

from dataclasses import replace

from booconf.diagnostics import CODES
from booconf.drift.adoption import Adoption
from booconf.drift.adoption.resolutions import RESOLVERS, Unresolved
from booconf.drift.result import NOT_CHECKED, SKIPPED
from booconf.live.observation import NameRole, Observation, Outcome
from tests.support.adoptions import adopt_observed, adopt_with, edits, kept
from tests.support.fleets import LOCAL, OTHER, fleet_text
from tests.support.observations import (
    check_context,
    matching_observation,
    with_window,
)

FLEET = fleet_text()


class TestWhatIsNotAdopted:
    def test_what_is_to_be_mended_on_the_host(self) -> None:
        twice = lambda observation: replace(observation, repeated=("a",))  # noqa: E731
        adoption = adopt_with(FLEET, with_window("a", 32768, running=9000), twice)
        assert adoption.text == FLEET
        assert kept(adoption) == [
            (
                "`one/a` runs with a window of 9000 tokens, but its host reports 32768: "
                "correct this on the host"
            ),
            "`one` lists `a` more than once: correct this on the host",
        ]

    def test_hosts_that_did_not_answer(self) -> None:
        text = fleet_text(LOCAL, OTHER)
        examination = check_context(text)
        observed = {
            "one": replace(
                matching_observation(examination.fleet.providers["one"]), sidecar="connection refused"
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

    def test_names_that_are_no_models_of_the_host(self) -> None:
        peers = lambda observation: replace(observation, other_names={"p": NameRole.PEER})  # noqa: E731
        assert adopt_with(FLEET, peers) == Adoption(FLEET, (), ())

    def test_providers_that_were_not_compared(self) -> None:
        text = fleet_text(LOCAL, OTHER)
        adoption = adopt_observed(text, {"two": Observation(Outcome.ANSWERED)})
        assert edits(text, adoption) == (["c: {context: 32768}"], ["models: {}"])


def test_drift_of_every_code_is_answered() -> None:
    """Those of hosts that could not be asked are no drift."""
    assert RESOLVERS.keys() == {code for code in CODES if code.startswith("BC7")} - NOT_CHECKED - {SKIPPED}
