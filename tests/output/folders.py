"""Builds of small files, and the files in a folder after them."""

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
"""Compared with FIRST, one file is updated, one deleted, one created and one unchanged."""


def artifacts(files: Mapping[str, str], targets: frozenset[str] | None = None) -> dict[str, list[Artifact]]:
    """The artifacts of the given targets (None: all) for these files."""
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
    """The plan of a build, which must be possible."""
    decided = plan(out, artifacts(files, targets), force=force)
    assert isinstance(decided, Plan), decided
    return decided


def build(
    out: Path, files: Mapping[str, str], targets: frozenset[str] | None = None, *, force: bool = False
) -> Plan:
    """Carry out a build, which must be possible."""
    return publish(planned(out, files, targets, force=force))


def refused(
    out: Path, files: Mapping[str, str], targets: frozenset[str] | None = None, *, force: bool = False
) -> list[str]:
    """The codes of the diagnostics against a build."""
    decided = plan(out, artifacts(files, targets), force=force)
    assert isinstance(decided, tuple), "the build was not refused"
    return [diagnostic.code for diagnostic in decided]


def states(plan: Plan) -> dict[str, str]:
    """The action of a plan on each file but the manifest."""
    return {change.path: str(change.action) for change in plan.changes}


def standing(out: Path) -> dict[str, str]:
    """Every output file but the manifest, by path."""
    return {path: text for path, text in everything(out).items() if path != "manifest.json"}


def everything(out: Path) -> dict[str, str]:
    """Every output file including the manifest, by path."""
    return {
        file.relative_to(out).as_posix(): file.read_bytes().decode()
        for file in sorted(out.rglob("*"))
        if file.is_file() and file.relative_to(out).parts[0] != CACHE
    }


def cached(out: Path) -> set[str]:
    """All paths below `.booconf`."""
    return {file.relative_to(out / CACHE).as_posix() for file in (out / CACHE).rglob("*")}


def write(out: Path, path: str, text: str) -> None:
    """Write a file and its folders."""
    (out / path).parent.mkdir(parents=True, exist_ok=True)
    (out / path).write_bytes(text.encode())
