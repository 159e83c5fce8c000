"""Diagnostics about output, one function for each.

A diagnostic is located at the start of an output file or folder, which need not exist: readers of reports
require a location, and no line of fleet.yaml is the cause.
"""

from pathlib import Path

from booconf.diagnostics.codes import diagnose
from booconf.diagnostics.diagnostic import Diagnostic, Label, Position, Span
from booconf.output import MANIFEST
from booconf.output.filesystem import ObstacleError

_FORCE = "`booconf build --force`"
_START = Position(1, 1)


class OutputError(Exception):
    """Publication failed; `diagnostics` contain the cause and the state of the files."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(*(diagnostic.message for diagnostic in diagnostics))
        self.diagnostics = diagnostics


def display_path(out: Path, path: str) -> str:
    """An output path for messages, with `/` on every system."""
    return (out / path).as_posix()


def _diagnostic(code: str, path: str, message: str, help_: str) -> Diagnostic:
    """A diagnostic about a path as the user sees it."""
    primary = Label(Span(path, _START, _START))
    return diagnose(code, message, primary, help=help_)


def stale(out: Path, path: str) -> Diagnostic:
    """The file has the content that booconf once wrote, and a build would change it."""
    shown = display_path(out, path)
    return _diagnostic("BC601", shown, f"`{shown}` is stale", "run `booconf build`")


def edited(out: Path, path: str, *, owned: bool, line_ends: bool) -> Diagnostic:
    """The file has content that booconf did not write, and a build would overwrite it."""
    shown = display_path(out, path)
    if line_ends:
        message = f"`{shown}` has CRLF line endings"
        attribute = f"{display_path(out, '**')} -text"
        help_ = f"put `{attribute}` in .gitattributes, then run {_FORCE}"
    elif owned:
        message = f"`{shown}` was edited by hand"
        help_ = f"make the change in fleet.yaml, then run {_FORCE} to overwrite the file"
    else:
        message = f"`{shown}` is not a file that booconf wrote"
        help_ = f"move it, or run {_FORCE} to overwrite it"
    return _diagnostic("BC602", shown, message, help_)


def missing(out: Path, path: str) -> Diagnostic:
    """The file does not exist, and a build would create it."""
    shown = display_path(out, path)
    return _diagnostic("BC603", shown, f"`{shown}` is missing", "run `booconf build`")


def orphaned(out: Path, path: str, *, ours: bool) -> Diagnostic:
    """No target generates this file of booconf any more; one that is not `ours` was edited."""
    shown = display_path(out, path)
    if ours:
        message, help_ = f"`{shown}` is no longer generated", "run `booconf build` to delete it"
    else:
        message = f"`{shown}` is no longer generated, but was edited by hand"
        help_ = f"move it, or run {_FORCE} to delete it"
    return _diagnostic("BC604", shown, message, help_)


def untrusted(out: Path, reason: str) -> Diagnostic:
    """The manifest is invalid, and no file is deleted because of it."""
    return _manifest(
        out, reason, "overwrites files that differ, and deletes none that only the manifest names"
    )


def misnamed(out: Path, reason: str) -> Diagnostic:
    """The manifest names a file that booconf cannot have written; it is not deleted."""
    return _manifest(out, reason, "does not delete that file")


def _manifest(out: Path, reason: str, force: str) -> Diagnostic:
    shown = display_path(out, MANIFEST)
    help_ = f"restore it from version control, or run {_FORCE}, which {force}"
    return _diagnostic("BC605", shown, f"`{shown}` {reason}", help_)


def obstacle(out: Path, error: ObstacleError) -> Diagnostic:
    """Something other than a file has the path of an output file."""
    shown = display_path(out, error.path)
    return _diagnostic("BC606", shown, f"`{shown}` {error.reason}", "move it, then run build again")


def unusable(out: Path, path: str, reason: str) -> Diagnostic:
    """A target generates a file whose path is not possible on every system."""
    shown = display_path(out, path)
    message = f"`{shown}` cannot be written: the path {reason}"
    return _diagnostic("BC606", shown, message, "rename the declaration from which the path is derived")


def failed(out: Path, error: OSError) -> Diagnostic:
    """The system reported an error, and every file is as before the build."""
    help_ = (
        "no file was changed: free disk space, close the file elsewhere, or correct its permissions, "
        "and run build again"
    )
    return _folder(out, f"cannot be written: {_reason(out, error)}", help_)


def unreadable(out: Path, error: OSError) -> Diagnostic:
    """The system reported an error while the current files were read."""
    if isinstance(error, NotADirectoryError):
        return _folder(out, "is not a folder", "move the file, or name a folder with `--out`")
    help_ = "correct its permissions, or name another folder with `--out`"
    return _folder(out, f"cannot be read: {_reason(out, error)}", help_)


def stopped(out: Path, error: OSError) -> Diagnostic:
    """The system reported an error during the rollback of a build, or during the cleanup after one."""
    help_ = "correct the cause and run build again: it repairs the incomplete one"
    return _folder(out, f"needs repair: {_reason(out, error)}", help_)


def _folder(out: Path, reason: str, help_: str) -> Diagnostic:
    return _diagnostic("BC606", out.as_posix(), f"`{out.as_posix()}` {reason}", help_)


def changed_meanwhile(out: Path, path: str) -> Diagnostic:
    """Another program wrote the file after the plan was made; its content stays."""
    shown = display_path(out, path)
    message = f"`{shown}` was written by another program during the build"
    return _diagnostic("BC606", shown, message, "no file was changed: run build again")


def locked(out: Path, lock: str, seconds: float) -> Diagnostic:
    """Another build owns the lock for longer than `seconds`."""
    shown = display_path(out, lock)
    message = f"another build has locked `{shown}` for more than {seconds:g} seconds"
    return _diagnostic("BC606", shown, message, "wait for it, or end it: the lock ends with the process")


def _reason(out: Path, error: OSError) -> str:
    """The cause of an error, with the file that it is about unless that is `out`, which the message names."""
    text = error.strerror or str(error)
    names_another = error.filename and Path(error.filename) != out
    return f"{text} (`{error.filename}`)" if names_another else text
