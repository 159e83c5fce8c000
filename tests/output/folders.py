"""Builds of small made-up files, and what stands in a folder afterwards."""

from collections.abc import Mapping
from pathlib import Path

from booconf.output import CACHE
from booconf.output.plan import Plan, plan
from booconf.output.publish import publish
from booconf.targets import TARGETS, Artifact

OWNERS = {
    "opencode/opencode.json": "opencode",
    "opencode/providers/near.json": "opencode-providers",
    "opencode/providers/far.json": "opencode-providers",
    "bridge.json": "bridge",
}

FIRST = {"opencode/opencode.json": "one\n", "opencode/providers/near.json": "near\n", "bridge.json": "{}\n"}
SECOND = {"opencode/opencode.json": "two\n", "opencode/providers/far.json": "far\n", "bridge.json": "{}\n"}
"""Against FIRST: one file changes, one goes, one comes, one stays."""


def artifacts(files: Mapping[str, str], targets: frozenset[str] | None = None) -> dict[str, list[Artifact]]:
    """What the targets (all when None) of a fleet that has these files ask for."""
    asked: dict[str, list[Artifact]] = {
        target: [] for target in TARGETS if targets is None or target in targets
    }
    for path, text in files.items():
        if OWNERS[path] in asked:
            asked[OWNERS[path]].append(Artifact(path, text))
    return asked


def planned(
    out: Path, files: Mapping[str, str], targets: frozenset[str] | None = None, *, force: bool = False
) -> Plan:
    """The plan of a build that must not be refused."""
    decided = plan(out, artifacts(files, targets), force=force)
    assert isinstance(decided, Plan), decided
    return decided


def build(
    out: Path, files: Mapping[str, str], targets: frozenset[str] | None = None, *, force: bool = False
) -> Plan:
    """A build that must not be refused, carried out."""
    return publish(planned(out, files, targets, force=force))


def refused(
    out: Path, files: Mapping[str, str], targets: frozenset[str] | None = None, *, force: bool = False
) -> list[str]:
    """The codes for which a build is refused."""
    decided = plan(out, artifacts(files, targets), force=force)
    assert isinstance(decided, tuple), "the build was not refused"
    return [diagnostic.code for diagnostic in decided]


def states(plan: Plan) -> dict[str, str]:
    """What a plan does with each file but the manifest."""
    return {change.path: str(change.action) for change in plan.changes}


def standing(out: Path) -> dict[str, str]:
    """Every file below a folder but the manifest and our own."""
    return {path: text for path, text in everything(out).items() if path != "manifest.json"}


def everything(out: Path) -> dict[str, str]:
    """Every file below a folder but our own, the manifest too."""
    return {
        file.relative_to(out).as_posix(): file.read_bytes().decode()
        for file in sorted(out.rglob("*"))
        if file.is_file() and file.relative_to(out).parts[0] != CACHE
    }


def cached(out: Path) -> set[str]:
    """What is in our own folder."""
    return {file.relative_to(out / CACHE).as_posix() for file in (out / CACHE).rglob("*")}


def write(out: Path, path: str, text: str) -> None:
    """Write a file as an editor does."""
    (out / path).parent.mkdir(parents=True, exist_ok=True)
    (out / path).write_bytes(text.encode())
