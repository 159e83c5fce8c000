"""The wanted output files, and the rules for their paths."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from booconf.declaration.ids import WINDOWS_DEVICES, provider_id_problem
from booconf.diagnostics.diagnostic import Diagnostic
from booconf.output import MANIFEST, diagnostics
from booconf.targets import TARGETS, Artifact, path_of

_PATH_PROBLEMS = (
    (re.compile(r"\\"), "contains a backslash"),
    (re.compile(r":"), "names a drive or a stream"),
    (re.compile(r"(?:^|/)(?:$|/)"), "has an empty part"),
    (re.compile(r"(?:^|/)\.\.(?:$|/)"), "is outside of the folder"),
    (re.compile(r"(?:^|/)\."), "has a part that starts with a dot"),
    (re.compile(r"\.(?:$|/)"), "has a part that ends in a dot"),
    (
        re.compile(r"[^A-Za-z0-9._/-]"),
        "contains a character other than letters, digits, `.`, `_`, `-` and `/`",
    ),
    (re.compile(r"[^/]{201}|^.{1001}"), "is too long"),
)


@dataclass(frozen=True, slots=True)
class WantedFile:
    """A file as a target generates it."""

    path: str
    target: str
    data: bytes
    sha256: str

    @classmethod
    def create(cls, path: str, target: str, text: str) -> "WantedFile":
        """The file at `path` with this text."""
        data = text.encode()
        return cls(path, target, data, digest(data))


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """The output folder, the wanted files sorted by path, and the selected targets."""

    out: Path
    wanted: Mapping[str, WantedFile]
    targets: frozenset[str]
    force: bool

    def covers(self, target: str) -> bool:
        """True if the target is selected; a selection of all includes targets of an older booconf."""
        return target in self.targets or (target not in TARGETS and TARGETS.keys() <= self.targets)


def build_request(
    out: Path, artifacts_by_target: Mapping[str, Sequence[Artifact]], *, force: bool
) -> BuildRequest | tuple[Diagnostic, ...]:
    """The request for these artifacts, or a diagnostic for each path that some system does not support."""
    artifacts = sorted(
        ((artifact, target) for target, group in artifacts_by_target.items() for artifact in group),
        key=lambda pair: pair[0].path,
    )
    folded = {artifact.path.lower(): artifact.path for artifact, _ in artifacts}
    wanted: dict[str, WantedFile] = {}
    problems: list[Diagnostic] = []
    for artifact, target in artifacts:
        path = artifact.path
        other = path if path in wanted else collision(path, folded)
        reason = f"collides with `{other}`" if other else path_problem(path)
        if reason:
            problems.append(diagnostics.unusable(out, path, reason))
        wanted[path] = WantedFile.create(path, target, artifact.text)
    return tuple(problems) or BuildRequest(out, wanted, frozenset(artifacts_by_target), force)


def digest(data: bytes) -> str:
    """The sha256 of the bytes of a file, in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def path_problem(path: str) -> str | None:
    """The reason why some system does not support this output path, as a predicate; None if all do."""
    if path.lower().partition("/")[0] == MANIFEST:
        return "is reserved for the manifest"
    if path.startswith("/"):
        return "is absolute"
    for pattern, problem in _PATH_PROBLEMS:
        if pattern.search(path):
            return problem
    if any(segment.partition(".")[0].lower() in WINDOWS_DEVICES for segment in path.split("/")):
        return "is a device name on Windows"
    return None


def target_problem(path: str, target: str) -> str | None:
    """The reason why `target` never writes this path, as an apposition to the path; None if it may."""
    written = path_of(target)
    if written is None:
        return f"a file of target `{target}`, which this booconf does not know"
    before, placeholder, after = written.partition("{provider}")
    if placeholder:
        provider = path.removeprefix(before).removesuffix(after)
        fits = path == f"{before}{provider}{after}" and provider_id_problem(provider) is None
    else:
        fits = path == written
    return None if fits else f"which target `{target}` never writes"


def collision(path: str, others: dict[str, str]) -> str | None:
    """The other path that differs from `path` only in case, or is a file where `path` needs a folder.

    `others` maps lower-cased paths to paths, since some file systems ignore case.
    """
    folded = path.lower()
    while folded:
        if others.get(folded, path) != path:
            return others[folded]
        folded = folded.rpartition("/")[0]
    return None
