"""Compile a Fleet into artifacts, each a path and a text, and name the declarations they cannot express.

A target is a function `emit(fleet) -> Output`, named in TARGETS and imported when it is selected. It
writes no file.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # the names of targets are read where the compiler is not loaded
    from booconf.diagnostics import Diagnostic
    from booconf.fleet.context import CheckContext
    from booconf.fleet.model import Fleet
    from booconf.source import Path


@dataclass(frozen=True, slots=True)
class Artifact:
    """One output file: its path below --out, with `/` between parts, and its text (LF, final newline)."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Loss:
    """One declaration of fleet.yaml that the client of a target cannot express.

    `subject` is the path of the declaration, such as `("roles", "task")`, also for a role that falls back to
    another one. `what` is a sentence, `instead` a clause that names the effect on the client.
    """

    target: str
    subject: "Path"
    what: str
    instead: str


@dataclass(frozen=True, slots=True)
class Output:
    """The artifacts of a target and its losses. A loss never stops a build."""

    artifacts: tuple[Artifact, ...]
    losses: tuple[Loss, ...] = ()


class Target(NamedTuple):
    """A target: its emitter and the rule that reports its losses, each as `module:function`, and its path.

    In `path`, `{provider}` is the id of any provider; a build deletes only files at that path in the target's
    name. `rule` is a `fleet.context.Rule`, or empty for a target without losses.
    """

    emitter: str
    path: str
    rule: str = ""


TARGETS: dict[str, Target] = {
    "opencode": Target(
        "booconf.targets.opencode.config:emit_shared_config",
        "opencode/opencode.json",
        "booconf.targets.opencode.losses:check_config_losses",
    ),
    "opencode-additions": Target("booconf.targets.opencode.config:emit_additions", "opencode/additions.json"),
    "opencode-catalog": Target(
        "booconf.targets.opencode.models_catalog:emit",
        "opencode/models.json",
        "booconf.targets.opencode.losses:check_catalog_losses",
    ),
    "opencode-providers": Target(
        "booconf.targets.opencode.config:emit_provider_configs", "opencode/providers/{provider}.json"
    ),
    "bridge": Target("booconf.targets.bridge:emit", "bridge.json"),
    "routing-ts": Target("booconf.targets.routing:emit_typescript", "routing.ts"),
    "routing-py": Target("booconf.targets.routing:emit_python", "routing.py"),
    "catalog": Target("booconf.targets.catalog:emit", "catalog.json"),
    "vectors": Target("booconf.targets.vectors:emit", "vectors.json"),
}
"""The targets by name, in the order in which artifacts are listed."""

DROPPED: dict[str, str] = {}
"""Name -> path of each target of former versions, so that builds delete the files it left."""


def path_of(target: str) -> str | None:
    """The path that a target writes or once wrote; None for an unknown name."""
    return TARGETS[target].path if target in TARGETS else DROPPED.get(target)


def emit(fleet: "Fleet", targets: Iterable[str]) -> Output:
    """The artifacts and losses of `targets`, names of TARGETS, in their order."""
    artifacts: list[Artifact] = []
    losses: list[Loss] = []
    for target in targets:
        output: Output = _imported(TARGETS[target].emitter)(fleet)
        artifacts += output.artifacts
        losses += output.losses
    return Output(tuple(artifacts), tuple(losses))


def check_losses(context: "CheckContext", targets: Iterable[str]) -> "Iterator[Diagnostic]":
    """Report the losses of `targets` in a valid fleet, without emitting anything."""
    for target in targets:
        if rule := TARGETS[target].rule:
            yield from _imported(rule)(context)


def _imported(reference: str) -> Callable[..., Any]:
    module, _, name = reference.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function
