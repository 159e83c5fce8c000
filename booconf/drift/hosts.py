"""What concerns a host as a whole: it could not be asked, its sidecar is away, its listing repeats ids."""

from collections.abc import Iterator
from dataclasses import dataclass

from booconf.diagnostics import diagnose
from booconf.drift.comparison import Comparison
from booconf.drift.result import COULD_NOT_ASK, SKIPPED, UNREACHABLE_SIDECAR, Finding
from booconf.drift.wording import LONGEST_DETAIL, cut, shown_list
from booconf.live.observation import Outcome


@dataclass(frozen=True, slots=True)
class _Case:
    """How a host that was not compared is spoken of: what follows its id, and what to do.

    In `advice`, `{id}` is the provider's id and `{variables}` the environment variables that it needs.
    """

    clause: str
    advice: str


_CASES = {
    Outcome.UNREACHABLE: _Case(
        "cannot be reached",
        "start the host, correct `base_url`, or ask through a tunnel with `--connect {id}=URL`",
    ),
    Outcome.KEY_REFUSED: _Case(
        "refuses the key",
        "set {variables} to a key that the host takes",
    ),
    Outcome.KEY_UNSET: _Case(
        "was not asked",
        "set {variables} where `booconf diff` runs, or name the other providers with `--provider`",
    ),
    Outcome.NONSENSE: _Case(
        "answers nonsense",
        "look at what the address answers: another server may stand there or in front, "
        "or `base_url` or `api_path` may be wrong",
    ),
    Outcome.OTHER_KIND: _Case(
        "is of another kind",
        "declare as `kind` what answers there, or correct `base_url`",
    ),
    Outcome.LOADING: _Case("is still loading", "ask again when it is done"),
    Outcome.WOULD_LOAD: _Case(
        "was not asked",
        "declare `kind: llama-swap` with the root of llama-swap's own server as `base_url`",
    ),
    Outcome.SKIPPED: _Case("was skipped", "set {variables} to compare this optional provider too"),
    Outcome.UNSEEN: _Case(
        "is not among the saved observations",
        "save observations anew with `--save`; those of a provider hold while it is declared as it was",
    ),
}


def find_unasked(comparison: Comparison) -> Iterator[Finding]:
    """BC721 to BC726, BC728, BC729: a host that could not be asked, or need not be."""
    provider, observation = comparison.provider, comparison.observation
    case = _CASES.get(observation.outcome)
    if case is None:
        return
    detail = f": {cut(observation.detail, LONGEST_DETAIL)}" if observation.detail else ""
    variables = " and ".join(f"`{name}`" for name in provider.environment_names())
    diagnostic = diagnose(
        COULD_NOT_ASK.get(observation.outcome, SKIPPED),
        f"`{provider.id}` {case.clause}{detail}",
        comparison.label,
        help=case.advice.format(id=provider.id, variables=variables)
        if variables or "{variables}" not in case.advice
        else "name the variable that holds its key as `api_key_env`",
    )
    yield Finding(diagnostic, provider.id)


def find_unreachable_sidecar(comparison: Comparison) -> Iterator[Finding]:
    """BC727: no connection to the sidecar; the host is compared all the same."""
    provider, reason = comparison.provider, comparison.observation.sidecar
    if reason is not None:
        diagnostic = diagnose(
            UNREACHABLE_SIDECAR,
            f"the sidecar of `{provider.id}` cannot be reached: {cut(reason, LONGEST_DETAIL)}",
            comparison.examination.value("providers", provider.id, "sidecar", "base_url"),
            help="start the sidecar, or correct its `base_url`: all that is declared for it goes through it",
        )
        yield Finding(diagnostic, provider.id)


def find_repeated(comparison: Comparison) -> Iterator[Finding]:
    """BC709: ids that stand in the listing more than once, all in one finding."""
    provider, repeated = comparison.provider, sorted(comparison.observation.repeated)
    if repeated:
        names = shown_list(repeated)
        what = f"{names} more than once" if len(repeated) == 1 else f"these ids more than once: {names}"
        diagnostic = diagnose(
            "BC709",
            f"`{provider.id}` lists {what}",
            comparison.label,
            help="take the repetition out of the host's configuration, or give each model a name of its own; "
            "until then only the host knows which of them answers",
        )
        yield Finding(diagnostic, provider.id)
