"""What a build is asked for: which files, of which targets, below which folder."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from booconf.diagnostics.diagnostic import Diagnostic
from booconf.output import diagnostics
from booconf.output.paths import collision, path_problem
from booconf.targets import TARGETS, Artifact


@dataclass(frozen=True, slots=True)
class Content:
    """One file as a target wants it."""

    path: str
    target: str
    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Request:
    """The folder, the files wanted in order of their paths, and the targets asked for."""

    out: Path
    wanted: Mapping[str, Content]
    targets: frozenset[str]
    force: bool

    def covers(self, target: str) -> bool:
        """The target is asked for; when all are, so is one that only an older booconf had."""
        return target in self.targets or (target not in TARGETS and TARGETS.keys() <= self.targets)


def request(
    out: Path, artifacts_by_target: Mapping[str, Sequence[Artifact]], *, force: bool
) -> Request | tuple[Diagnostic, ...]:
    """Take artifacts for what is wanted, or say which cannot stand below one folder on every system."""
    artifacts = sorted(
        ((artifact, target) for target, group in artifacts_by_target.items() for artifact in group),
        key=lambda pair: pair[0].path,
    )
    folded = {artifact.path.lower(): artifact.path for artifact, _ in artifacts}
    wanted: dict[str, Content] = {}
    problems: list[Diagnostic] = []
    for artifact, target in artifacts:
        path = artifact.path
        other = path if path in wanted else collision(path, folded)
        reason = f"cannot stand beside `{other}`" if other else path_problem(path)
        if reason:
            problems.append(diagnostics.unusable(out, path, reason))
        wanted[path] = content(path, target, artifact.text)
    return tuple(problems) or Request(out, wanted, frozenset(artifacts_by_target), force)


def content(path: str, target: str, text: str) -> Content:
    """A file of this text, as its bytes and their hash."""
    data = text.encode()
    return Content(path, target, data, digest(data))


def digest(data: bytes) -> str:
    """The sha256 of a file's bytes, as manifest and journal write it."""
    return hashlib.sha256(data).hexdigest()
