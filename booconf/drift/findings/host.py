"""Findings about a host as a whole: repeated ids (BC709), and failed or skipped checks (BC721 to BC731)."""

from collections.abc import Iterator
from dataclasses import dataclass

from booconf.diagnostics import diagnose
from booconf.drift.host_comparison import HostComparison
from booconf.drift.quoting import LONGEST_DETAIL, shown_list
from booconf.drift.result import SKIPPED, UNREACHABLE_SIDECAR, Finding
from booconf.escaping import quote, truncate
from booconf.live.observation import Outcome


@dataclass(frozen=True, slots=True)
class NotCompared:
    """The code of an outcome, the predicate that follows the provider's id, and the advice.

    In advice, `{id}` is that id, `{variables}` the environment variables that the provider needs, and `{url}`
    the key or option that contains the address. `by_connect` replaces `advice` for an address of `--connect`,
    `with_file` for a provider whose key is in the file `{file}`.
    """

    code: str
    predicate: str
    advice: str
    by_connect: str | None = None
    with_file: str | None = None


NOT_COMPARED = {
    Outcome.UNREACHABLE: NotCompared(
        "BC721",
        "cannot be reached",
        "start the host, correct `base_url`, or use a tunnel with `--connect {id}=URL`",
        "start the host, or the tunnel to it, or correct {url}",
    ),
    Outcome.KEY_REFUSED: NotCompared(
        "BC722",
        "refuses the key",
        "set {variables} to a key that the host accepts",
        with_file="write a key that the host accepts into {file}",
    ),
    Outcome.KEY_UNSET: NotCompared(
        "BC723",
        "was not probed",
        "set {variables} where `booconf diff` runs, or select the other providers with `--provider`",
        with_file="write the key, one line of text, into {file} where `booconf diff` runs, "
        "or select the other providers with `--provider`",
    ),
    Outcome.INVALID_RESPONSE: NotCompared(
        "BC724",
        "returned an invalid response",
        "check the response of this address: another server may use it, or {url} or `api_path` may be wrong",
    ),
    Outcome.OTHER_KIND: NotCompared(
        "BC725",
        "is of another kind",
        "declare the kind of the server at this address as `kind`, or correct {url}",
    ),
    Outcome.FAILING: NotCompared(
        "BC731",
        "returned an error",
        "try again; if the error persists, check the log of the host, or of the proxy in front of it",
    ),
    Outcome.RATE_LIMITED: NotCompared("BC731", "limits requests", "wait, then run `booconf diff` again"),
    Outcome.LOADING: NotCompared("BC726", "is still loading", "try again when loading has finished"),
    Outcome.SKIPPED: NotCompared(
        SKIPPED, "was skipped", "set {variables} to compare this optional provider too"
    ),
    Outcome.NOT_RECORDED: NotCompared(
        "BC729",
        "is not among the saved observations",
        "save observations again with `--save`; they are valid while the provider is declared as it was",
    ),
    Outcome.UNSAFE_URL: NotCompared(
        "BC730",
        "was not probed",
        "declare the root of the server itself as {url}, and its program as `kind`",
    ),
}
"""Outcome -> the finding about a host that was not compared, for every outcome but an answer."""

PATH_MISSING = (
    "correct {url}, which is the server's root and does not end in `/v1`, or `api_path`; "
    "or declare the kind of the server at this address as `kind`"
)
"""Advice on a host without the path of its kind: it may be of this kind all the same."""

NO_VARIABLE = "declare the variable that contains its key as `api_key_env`, or the file as `api_key_file`"
"""Advice in place of one with `{variables}`, where the provider has no key."""


def find_not_compared(host: HostComparison) -> Iterator[Finding]:
    """BC721 to BC731 but BC727: a host that could not be compared, or was skipped."""
    provider, observation = host.provider, host.observation
    row = NOT_COMPARED.get(observation.outcome)
    if row is None:
        return
    detail = f": {truncate(observation.detail, LONGEST_DETAIL)}" if observation.detail else ""
    location = " at the address of `--connect`" if observation.by_connect else ""
    diagnostic = diagnose(
        row.code, f"`{provider.id}` {row.predicate}{location}{detail}", host.label, help=_advice(host, row)
    )
    yield Finding(diagnostic, provider.id)


def _advice(host: HostComparison, row: NotCompared) -> str:
    """The advice on a host that was not compared, about the address that was used."""
    provider, observation = host.provider, host.observation
    advice = row.advice
    if observation.path_missing:
        advice = PATH_MISSING
    if observation.by_connect and row.by_connect is not None:
        advice = row.by_connect
    variables = " and ".join(f"`{name}`" for name in provider.environment_names())
    file = quote(provider.api_key_file or "")
    if provider.api_key_file and row.with_file:
        advice = f"set {{variables}}, and {row.with_file}" if variables else row.with_file
    elif not variables and "{variables}" in advice:
        advice = NO_VARIABLE
    url = f"the URL of `--connect {provider.id}=URL`" if observation.by_connect else "`base_url`"
    return advice.format(id=provider.id, variables=variables, file=file, url=url)


def find_unreachable_sidecar(host: HostComparison) -> Iterator[Finding]:
    """BC727: no connection to the sidecar; the host is compared all the same."""
    provider, reason = host.provider, host.observation.sidecar
    if reason is not None:
        diagnostic = diagnose(
            UNREACHABLE_SIDECAR,
            f"the sidecar of `{provider.id}` cannot be reached: {truncate(reason, LONGEST_DETAIL)}",
            host.context.value("providers", provider.id, "sidecar", "base_url"),
            help="start the sidecar, or correct its `base_url`: all traffic declared for it uses it",
        )
        yield Finding(diagnostic, provider.id)


def find_repeated(host: HostComparison) -> Iterator[Finding]:
    """BC709: ids with several rows in the listing, all in one finding."""
    provider, repeated = host.provider, sorted(host.observation.repeated)
    if repeated:
        names = shown_list(repeated)
        ids = f"{names} more than once" if len(repeated) == 1 else f"these ids more than once: {names}"
        diagnostic = diagnose(
            "BC709",
            f"`{provider.id}` lists {ids}",
            host.label,
            help="remove the duplicate from the configuration of the host, or rename one of the models; "
            "until then the host decides which of them answers",
        )
        yield Finding(diagnostic, provider.id)
