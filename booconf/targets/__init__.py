"""Targets turn the fleet into artifacts: a Fleet goes in, texts with paths come out, nothing is written here.

One module a target, each with one function `emit(fleet) -> Iterator[Artifact]`; this registry names them, so
that a target nobody asked for is never imported.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module

from booconf.fleet.model import Fleet
from booconf.targets.artifact import Artifact

TARGETS: dict[str, str] = {
    "opencode": "booconf.targets.opencode",
    "opencode-catalog": "booconf.targets.opencode_catalog",
    "opencode-providers": "booconf.targets.opencode_providers",
    "bridge": "booconf.targets.bridge",
    "routing-ts": "booconf.targets.routing_typescript",
    "routing-py": "booconf.targets.routing_python",
    "catalog": "booconf.targets.catalog",
    "vectors": "booconf.targets.vectors",
}
"""Target name -> its module, in the order in which artifacts are listed."""

PATHS: dict[str, str] = {
    "opencode": "opencode/opencode.json",
    "opencode-catalog": "opencode/models.json",
    "opencode-providers": "opencode/providers/{provider}.json",
    "bridge": "bridge.json",
    "routing-ts": "routing.ts",
    "routing-py": "routing.py",
    "catalog": "catalog.json",
    "vectors": "vectors.json",
}
"""Target name -> what it writes, `{provider}` for the id of any provider; only that may a build delete.

A target that is dropped keeps its line here, so that builds delete the files it left.
"""


def emit(fleet: Fleet, targets: Iterable[str]) -> Iterator[Artifact]:
    """The artifacts of `targets`, names of TARGETS."""
    for target in targets:
        yield from import_module(TARGETS[target]).emit(fleet)


__all__ = ["PATHS", "TARGETS", "Artifact", "emit"]
