"""A host that could not be asked, or need not be, or whose sidecar is away: BC721 to BC731."""

from collections.abc import Iterator

from booconf.diagnostics import diagnose
from booconf.drift.host_comparison import Comparison
from booconf.drift.outcomes import PATH_MISSING, UNASKED, UNREACHABLE_BY_CONNECT, UNREACHABLE_SIDECAR, Unasked
from booconf.drift.quoting import LONGEST_DETAIL
from booconf.drift.result import Finding
from booconf.escaping import truncate
from booconf.live.observation import Observation, Outcome


def find_unasked(comparison: Comparison) -> Iterator[Finding]:
    """BC721 to BC731 but BC727: a host that could not be asked, or need not be."""
    provider, observation = comparison.provider, comparison.observation
    unasked = UNASKED.get(observation.outcome)
    if unasked is None:
        return
    detail = f": {truncate(observation.detail, LONGEST_DETAIL)}" if observation.detail else ""
    variables = " and ".join(f"`{name}`" for name in provider.environment_names())
    advice = _advice(observation, unasked)
    where = " at the address of `--connect`" if observation.by_connect else ""
    diagnostic = diagnose(
        unasked.code,
        f"`{provider.id}` {unasked.clause}{where}{detail}",
        comparison.label,
        help=advice.format(id=provider.id, variables=variables)
        if variables or "{variables}" not in advice
        else "name the variable that holds its key as `api_key_env`",
    )
    yield Finding(diagnostic, provider.id)


def _advice(observation: Observation, unasked: Unasked) -> str:
    """What to do about a host, with places for `format`; about the address that was asked."""
    advice = unasked.advice
    if observation.path_missing:
        advice = PATH_MISSING
    if not observation.by_connect:
        return advice
    if observation.outcome is Outcome.UNREACHABLE:
        return UNREACHABLE_BY_CONNECT
    return advice.replace("`base_url`", "the URL of `--connect {id}=URL`")


def find_unreachable_sidecar(comparison: Comparison) -> Iterator[Finding]:
    """BC727: no connection to the sidecar; the host is compared all the same."""
    provider, reason = comparison.provider, comparison.observation.sidecar
    if reason is not None:
        diagnostic = diagnose(
            UNREACHABLE_SIDECAR,
            f"the sidecar of `{provider.id}` cannot be reached: {truncate(reason, LONGEST_DETAIL)}",
            comparison.examination.value("providers", provider.id, "sidecar", "base_url"),
            help="start the sidecar, or correct its `base_url`: all that is declared for it goes through it",
        )
        yield Finding(diagnostic, provider.id)
