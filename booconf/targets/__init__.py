"""Targets turn the fleet into artifacts: a Fleet goes in, texts with paths come out, nothing is written here.

One module a target, each with one function `emit(fleet) -> Iterator[Artifact]`; this registry names them, so
that a target nobody asked for is never imported.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import NamedTuple

from booconf.fleet.model import Fleet
from booconf.targets.artifact import Artifact


class Target(NamedTuple):
    """The module of a target, and the path it writes, `{provider}` standing for the id of any provider.

    Only files at that path may a build delete in the target's name.
    """

    module: str
    path: str


TARGETS: dict[str, Target] = {
    "opencode": Target("booconf.targets.opencode.default_config", "opencode/opencode.json"),
    "opencode-catalog": Target("booconf.targets.opencode.models_catalog", "opencode/models.json"),
    "opencode-providers": Target(
        "booconf.targets.opencode.provider_configs", "opencode/providers/{provider}.json"
    ),
    "bridge": Target("booconf.targets.bridge", "bridge.json"),
    "routing-ts": Target("booconf.targets.routing.typescript", "routing.ts"),
    "routing-py": Target("booconf.targets.routing.python", "routing.py"),
    "catalog": Target("booconf.targets.catalog", "catalog.json"),
    "vectors": Target("booconf.targets.vectors", "vectors.json"),
}
"""The targets by name, in the order in which artifacts are listed."""

DROPPED: dict[str, str] = {}
"""Name -> path of each target that booconf once had, so that builds delete the files it left."""


def path_of(target: str) -> str | None:
    """The path that a target writes or once wrote; None for a name that booconf never had."""
    return TARGETS[target].path if target in TARGETS else DROPPED.get(target)


def emit(fleet: Fleet, targets: Iterable[str]) -> Iterator[Artifact]:
    """The artifacts of `targets`, names of TARGETS."""
    for target in targets:
        yield from import_module(TARGETS[target].module).emit(fleet)


__all__ = ["DROPPED", "TARGETS", "Artifact", "emit", "path_of"]
