"""What is said of a host that was not compared: one line in a table for every outcome but an answer."""

from dataclasses import dataclass

from booconf.live.observation import Outcome

UNREACHABLE_SIDECAR = "BC727"
"""The code of a sidecar that could not be asked, whose host is compared all the same."""

SKIPPED = "BC728"
"""The code of an optional provider that was not asked, which is fine."""


@dataclass(frozen=True, slots=True)
class Unasked:
    """The code of an outcome, the clause that follows the provider's id, and what to do.

    In `advice`, `{id}` is that id and `{variables}` the environment variables that the provider needs.
    """

    code: str
    clause: str
    advice: str


UNASKED = {
    Outcome.UNREACHABLE: Unasked(
        "BC721",
        "cannot be reached",
        "start the host, correct `base_url`, or ask through a tunnel with `--connect {id}=URL`",
    ),
    Outcome.KEY_REFUSED: Unasked(
        "BC722",
        "refuses the key",
        "set {variables} to a key that the host takes",
    ),
    Outcome.KEY_UNSET: Unasked(
        "BC723",
        "was not asked",
        "set {variables} where `booconf diff` runs, or name the other providers with `--provider`",
    ),
    Outcome.INVALID_RESPONSE: Unasked(
        "BC724",
        "answers nonsense",
        "look at what the address answers: another server may stand there or in front, "
        "or `base_url` or `api_path` may be wrong",
    ),
    Outcome.OTHER_KIND: Unasked(
        "BC725",
        "is of another kind",
        "declare as `kind` what answers there, or correct `base_url`",
    ),
    Outcome.FAILING: Unasked(
        "BC731",
        "answers with an error",
        "ask again; if that stays so, look into the log of the host, or of the proxy in front of it",
    ),
    Outcome.LOADING: Unasked("BC726", "is still loading", "ask again when it is done"),
    Outcome.SKIPPED: Unasked(SKIPPED, "was skipped", "set {variables} to compare this optional provider too"),
    Outcome.NOT_RECORDED: Unasked(
        "BC729",
        "is not among the saved observations",
        "save observations anew with `--save`; those of a provider hold while it is declared as it was",
    ),
    Outcome.UNSAFE_URL: Unasked(
        "BC730",
        "was not asked",
        "declare the root of the server itself as `base_url`, and its program as `kind`",
    ),
}

PATH_MISSING = (
    "correct `base_url`, which is the server's root and ends in no `/v1`, or `api_path`; "
    "or declare as `kind` what answers there"
)
"""What to do about a host that does not know the path of its kind; it may be none of another kind at all."""

UNREACHABLE_BY_CONNECT = "start the host, or the tunnel to it, or correct the URL of `--connect {id}=URL`"
"""What to do about an address of `--connect` that cannot be reached."""

COULD_NOT_ASK = frozenset({UNREACHABLE_SIDECAR, *(one.code for one in UNASKED.values())} - {SKIPPED})
"""Codes that are no drift: they say that something could not be asked."""
