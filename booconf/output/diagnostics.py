"""What output has to say: one function a diagnostic, each about one file or folder.

It stands at the start of that one, whether it is there or not: programs that read reports take none without a
place, and no line of fleet.yaml is to blame.
"""

from pathlib import Path

from booconf.diagnostics.codes import diagnose
from booconf.diagnostics.diagnostic import Diagnostic, Label, Position, Span
from booconf.output.filesystem import ObstacleError
from booconf.output.names import MANIFEST

_FORCE = "`booconf build --force`"
_START = Position(1, 1)


class OutputError(Exception):
    """Publishing failed; `diagnostics` say why, and what became of the files."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(*(diagnostic.message for diagnostic in diagnostics))
        self.diagnostics = diagnostics


def shown(out: Path, path: str) -> str:
    """An output path as the user sees it, with `/` on every system."""
    return (out / path).as_posix()


def _diagnostic(code: str, place: str, message: str, help_: str) -> Diagnostic:
    """A diagnostic about `place`, a path as the user sees it."""
    primary = Label(Span(place, _START, _START))
    return diagnose(code, message, primary, help=help_)


def stale(out: Path, path: str) -> Diagnostic:
    """The file is as booconf once wrote it, and build would now write it differently."""
    place = shown(out, path)
    return _diagnostic("BC601", place, f"`{place}` is stale", "run `booconf build`")


def edited(out: Path, path: str, *, owned: bool, line_ends: bool) -> Diagnostic:
    """The file holds what booconf did not write, and build would overwrite it."""
    place = shown(out, path)
    if line_ends:
        message = f"`{place}` had its line ends changed to CRLF"
        attribute = f"{shown(out, '**')} -text"
        help_ = f"put `{attribute}` in .gitattributes, then run {_FORCE}"
    elif owned:
        message = f"`{place}` was edited by hand"
        help_ = f"make the change in fleet.yaml, then run {_FORCE} to overwrite the file"
    else:
        message = f"`{place}` is not a file that booconf wrote"
        help_ = f"move it away, or run {_FORCE} to overwrite it"
    return _diagnostic("BC602", place, message, help_)


def missing(out: Path, path: str) -> Diagnostic:
    """The file is not there, and build would create it."""
    place = shown(out, path)
    return _diagnostic("BC603", place, f"`{place}` is missing", "run `booconf build`")


def orphaned(out: Path, path: str, *, ours: bool) -> Diagnostic:
    """The file is one of ours that nothing asks for any more; one that is not `ours` was edited since."""
    place = shown(out, path)
    if ours:
        message, help_ = f"`{place}` is no longer generated", "run `booconf build` to delete it"
    else:
        message = f"`{place}` is no longer generated, but was edited by hand"
        help_ = f"move it away, or run {_FORCE} to delete it"
    return _diagnostic("BC604", place, message, help_)


def untrusted(out: Path, reason: str) -> Diagnostic:
    """The manifest is none, or says something booconf never writes; nothing is deleted on its word."""
    return _manifest(
        out, reason, "overwrites files that differ, and deletes none that only the manifest names"
    )


def misnamed(out: Path, reason: str) -> Diagnostic:
    """The manifest names a file that cannot be the one booconf wrote; that one is not deleted."""
    return _manifest(out, reason, "does not delete that file")


def _manifest(out: Path, reason: str, force: str) -> Diagnostic:
    place = shown(out, MANIFEST)
    help_ = f"restore it from version control, or run {_FORCE}, which {force}"
    return _diagnostic("BC605", place, f"`{place}` {reason}", help_)


def obstacle(out: Path, error: ObstacleError) -> Diagnostic:
    """Something stands where an output file must go."""
    place = shown(out, error.place)
    return _diagnostic("BC606", place, f"`{place}` {error.reason}", "move it away, then run build again")


def unusable(out: Path, path: str, reason: str) -> Diagnostic:
    """A target asks for a file that cannot stand below --out."""
    place = shown(out, path)
    message = f"`{place}` cannot be written: it {reason}"
    return _diagnostic("BC606", place, message, "rename what it is named after")


def failed(out: Path, error: OSError) -> Diagnostic:
    """The system refused, and every file is as it was before the build."""
    help_ = "no file was changed: free the disk or the file, or correct its permissions, and run build again"
    return _folder(out, f"cannot be written: {_reason(error)}", help_)


def unreadable(out: Path, error: OSError) -> Diagnostic:
    """The system refused to show what is there."""
    help_ = "correct its permissions, or name another folder with `--out`"
    return _folder(out, f"cannot be read: {_reason(error)}", help_)


def stopped(out: Path, error: OSError) -> Diagnostic:
    """The system refused half way and then to take it back, or refused to clean up after all was written."""
    help_ = "correct the cause and run build again: it repairs what this one left half done"
    return _folder(out, f"needs repair: {_reason(error)}", help_)


def _folder(out: Path, reason: str, help_: str) -> Diagnostic:
    return _diagnostic("BC606", out.as_posix(), f"`{out.as_posix()}` {reason}", help_)


def changed_meanwhile(out: Path, path: str) -> Diagnostic:
    """Somebody wrote the file between our look at it and its replacement; theirs is kept."""
    place = shown(out, path)
    message = f"`{place}` was written by another program during the build"
    return _diagnostic("BC606", place, message, "no file was changed: run build again")


def locked(out: Path, lock: str, seconds: float) -> Diagnostic:
    """Another build holds the lock for longer than we wait."""
    place = shown(out, lock)
    message = f"another build has held `{place}` for more than {seconds:g} seconds"
    return _diagnostic("BC606", place, message, "wait for it, or end it: its lock goes with the process")


def _reason(error: OSError) -> str:
    text = error.strerror or str(error)
    return f"{text} (`{error.filename}`)" if error.filename else text
