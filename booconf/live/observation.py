"""The observation of one host: enough to compare and to replay, without any secret.

Names are unescaped texts of the host: code that prints one escapes it. An observation contains no command
line, key, header or body.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from booconf.declaration.enums import ModelType


class Outcome(StrEnum):
    """The result of probing a host; the values are words of JSON formats."""

    ANSWERED = "answered"
    UNREACHABLE = "unreachable"
    KEY_REFUSED = "key refused"
    KEY_UNSET = "key unset"
    INVALID_RESPONSE = "nonsense"
    OTHER_KIND = "another kind"
    FAILING = "failing"
    """The server responds with an error of its own."""
    RATE_LIMITED = "rate limited"
    LOADING = "loading"
    UNSAFE_URL = "would load a model"
    """Every request to its address loads a model: not probed."""
    SKIPPED = "skipped"
    """An optional provider whose key is not set: not probed, which is no problem."""
    NOT_RECORDED = "unseen"
    """Replay only: the saved observations do not contain this provider as it is declared now."""


class NameRole(StrEnum):
    """The role of a listed name that is no model of the host itself (llama-swap, `meta.llamaswap.type`)."""

    ALIAS = "alias"
    PEER = "peer"
    SELECTOR = "selector"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class Window:
    """The context window of a request, in tokens, or None and the `reason` why it is unknown.

    `reason` follows `window unknown: `. `running` is the window of the running process, in tokens, if the
    host reports it beside a different one that its operator configured; else None. The program rounds a
    window up to a multiple of `block` tokens, 1 for none. `from_command` is true of a window from a command
    line of llama-server: a model gets no more than it was trained for.
    """

    tokens: int | None
    reason: str = ""
    running: int | None = None
    block: int = 1
    from_command: bool = False

    def is_of(self, requested: int) -> bool:
        """True if this is the window of a program that was started with one of so many tokens."""
        return self.tokens in (requested, -(-requested // self.block) * self.block)


@dataclass(frozen=True, slots=True)
class SeenModel:
    """A model that a host itself serves.

    `id` is its name on the host. `aliases` are the other names that its operator configured, without `id`,
    sorted; None if this kind or version of host does not report them. `equivalents` are names that resolve
    to it by the rules of the kind, such as `x` for Ollama's `x:latest`. `type` is None if the host does not
    report it. `is_unlisted` is true of a model that the host leaves out of its listing on purpose; it need
    not be declared.
    """

    id: str
    window: Window
    aliases: tuple[str, ...] | None = None
    equivalents: tuple[str, ...] = ()
    type: ModelType | None = None
    is_unlisted: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """The result of probing the host of one provider.

    `detail` is an English clause with the reason why a host did not answer, or empty. `remarks` are clauses
    about facts that a host that answered did not report. `other_names` are listed names that are no models
    of this host. `repeated` are the ids that are listed more than once; the first row counts. `sidecar` is
    the reason why no connection to the provider's sidecar succeeded; None if one did or none was tried.
    `by_connect` is true of a host that was probed at another address than the declared one (`--connect`).
    `path_missing` is true of a host that does not know a path that its kind requires.
    """

    outcome: Outcome
    detail: str = ""
    models: tuple[SeenModel, ...] = ()
    other_names: Mapping[str, NameRole] | None = None
    repeated: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    sidecar: str | None = None
    by_connect: bool = False
    path_missing: bool = False
