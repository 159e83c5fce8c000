"""What a probe saw of one host: enough to compare and to replay, nothing that may be a secret.

Names are texts of the host as they came: whoever shows one escapes it. A command line, a key, a header or a
body never gets into an observation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from booconf.declaration.enums import ModelType


class Outcome(StrEnum):
    """How asking a host ended."""

    ANSWERED = "answered"
    UNREACHABLE = "unreachable"
    KEY_REFUSED = "key refused"
    KEY_UNSET = "key unset"
    INVALID_RESPONSE = "nonsense"
    OTHER_KIND = "another kind"
    FAILING = "failing"
    """The server is there and reports an error of its own."""
    RATE_LIMITED = "rate limited"
    LOADING = "loading"
    UNSAFE_URL = "would load a model"
    """Every request to its address loads one: not asked."""
    SKIPPED = "skipped"
    """An optional provider whose key is not set: not asked, and that is fine."""
    NOT_RECORDED = "unseen"
    """Replay only: the saved observations say nothing about this provider as it is declared now."""


class NameRole(StrEnum):
    """What a name that is no model of the host itself stands for (llama-swap, `meta.llamaswap.type`)."""

    ALIAS = "alias"
    PEER = "peer"
    SELECTOR = "selector"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class Window:
    """The context window a request gets, in tokens, or None and in `reason` why that is not known.

    `reason` reads on after `window unknown: `. `running` is what a running process has, in tokens, when the
    host tells both that and another number which its operator wrote down; else None. `block` is what the
    program rounds a window up to a multiple of; 1 where it takes the number that it is asked for.
    `from_command` is true of what a command line asks llama-server for, of which a model gets no more than it
    was trained for.
    """

    tokens: int | None
    reason: str = ""
    running: int | None = None
    block: int = 1
    from_command: bool = False

    def is_of(self, asked: int) -> bool:
        """Whether this is the window of a program that is asked for one of so many tokens."""
        return self.tokens in (asked, -(-asked // self.block) * self.block)


@dataclass(frozen=True, slots=True)
class SeenModel:
    """A model that a host itself serves.

    `id` is the name the host knows it by. `aliases` are the other names its operator gave it, without
    `id`, sorted; None where this kind or version of host does not tell. `equivalents` are names that reach
    it by the rules of the kind, such as `x` for Ollama's `x:latest`. `type` is None where the host
    does not tell. `is_unlisted` is true of a model that the host keeps out of its listing on purpose, so that
    nobody has to declare it.
    """

    id: str
    window: Window
    aliases: tuple[str, ...] | None = None
    equivalents: tuple[str, ...] = ()
    type: ModelType | None = None
    is_unlisted: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen of the host of one provider.

    `detail` is a clause in English that says why a host did not answer, or empty. `remarks` are clauses on
    what could not be learned from a host that answered. `other_names` are listed names that are no models of
    this host. `repeated` are the ids that stand in the listing more than once; the first row counts.
    `sidecar` says why no connection to the provider's sidecar came about; None when one did or nobody tried.
    `by_connect` is true where the host was asked at another address than the declared one (`--connect`).
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
