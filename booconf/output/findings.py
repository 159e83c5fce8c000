"""What output has to say: one function a diagnostic, none with a span: no line of fleet.yaml is to blame."""

from pathlib import Path

from booconf.diagnostics.catalog import CODES
from booconf.diagnostics.diagnostic import Diagnostic
from booconf.output.filesystem import ObstacleError
from booconf.output.names import MANIFEST

_FORCE = "`booconf build --force`"


class OutputError(Exception):
    """Publishing failed; `diagnostics` say why, and what became of the files."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(*(diagnostic.message for diagnostic in diagnostics))
        self.diagnostics = diagnostics


def shown(out: Path, path: str) -> str:
    """An output path as the user sees it, with `/` on every system."""
    return (out / path).as_posix()


def _diagnostic(code: str, message: str, help_: str) -> Diagnostic:
    return Diagnostic(code, CODES[code].severity, message, help=help_)


def stale(out: Path, path: str) -> Diagnostic:
    """The file is as booconf once wrote it, and build would now write it differently."""
    return _diagnostic("BC601", f"`{shown(out, path)}` is stale", "run `booconf build`")


def edited(out: Path, path: str, *, owned: bool, line_ends: bool) -> Diagnostic:
    """The file holds what booconf did not write, and build would overwrite it."""
    if line_ends:
        message = f"`{shown(out, path)}` had its line ends changed to CRLF"
        attribute = f"{shown(out, '**')} -text"
        return _diagnostic("BC602", message, f"put `{attribute}` in .gitattributes, then run {_FORCE}")
    if owned:
        message = f"`{shown(out, path)}` was edited by hand"
        return _diagnostic(
            "BC602", message, f"make the change in fleet.yaml, then run {_FORCE} to overwrite the file"
        )
    message = f"`{shown(out, path)}` is not a file that booconf wrote"
    return _diagnostic("BC602", message, f"move it away, or run {_FORCE} to overwrite it")


def missing(out: Path, path: str) -> Diagnostic:
    """The file is not there, and build would create it."""
    return _diagnostic("BC603", f"`{shown(out, path)}` is missing", "run `booconf build`")


def orphaned(out: Path, path: str, *, ours: bool) -> Diagnostic:
    """The file is one of ours that nothing asks for any more; one that is not `ours` was edited since."""
    if ours:
        return _diagnostic(
            "BC604", f"`{shown(out, path)}` is no longer generated", "run `booconf build` to delete it"
        )
    message = f"`{shown(out, path)}` is no longer generated, but was edited by hand"
    return _diagnostic("BC604", message, f"move it away, or run {_FORCE} to delete it")


def untrusted(out: Path, reason: str) -> Diagnostic:
    """The manifest is none, or says something booconf never writes; nothing is deleted on its word."""
    return _manifest(
        out, reason, "overwrites files that differ, and deletes none that only the manifest names"
    )


def misnamed(out: Path, reason: str) -> Diagnostic:
    """The manifest names a file that cannot be the one booconf wrote; that one is not deleted."""
    return _manifest(out, reason, "does not delete that file")


def _manifest(out: Path, reason: str, force: str) -> Diagnostic:
    message = f"`{shown(out, MANIFEST)}` {reason}"
    return _diagnostic("BC605", message, f"restore it from version control, or run {_FORCE}, which {force}")


def obstacle(out: Path, error: ObstacleError) -> Diagnostic:
    """Something stands where an output file must go."""
    return _diagnostic(
        "BC606", f"`{shown(out, error.place)}` {error.reason}", "move it away, then run build again"
    )


def unusable(out: Path, path: str, reason: str) -> Diagnostic:
    """A target asks for a file that cannot stand below --out."""
    return _diagnostic(
        "BC606", f"`{shown(out, path)}` cannot be written: it {reason}", "rename what it is named after"
    )


def failed(out: Path, error: OSError) -> Diagnostic:
    """The system refused, and every file is as it was before the build."""
    help_ = "no file was changed: free the disk or the file, or correct its permissions, and run build again"
    return _diagnostic("BC606", f"`{out.as_posix()}` cannot be written: {_reason(error)}", help_)


def unreadable(out: Path, error: OSError) -> Diagnostic:
    """The system refused to show what is there."""
    message = f"`{out.as_posix()}` cannot be read: {_reason(error)}"
    return _diagnostic("BC606", message, "correct its permissions, or name another folder with `--out`")


def stopped(out: Path, error: OSError) -> Diagnostic:
    """The system refused half way and then to take it back, or refused to clean up after all was written."""
    help_ = "correct the cause and run build again: it repairs what this one left half done"
    return _diagnostic("BC606", f"`{out.as_posix()}` needs repair: {_reason(error)}", help_)


def changed_meanwhile(out: Path, path: str) -> Diagnostic:
    """Somebody wrote the file between our look at it and its replacement; theirs is kept."""
    message = f"`{shown(out, path)}` was written by another program during the build"
    return _diagnostic("BC606", message, "no file was changed: run build again")


def locked(out: Path, lock: str, seconds: float) -> Diagnostic:
    """Another build holds the lock for longer than we wait."""
    message = f"another build has held `{shown(out, lock)}` for more than {seconds:g} seconds"
    return _diagnostic("BC606", message, "wait for it, or end it: its lock goes with the process")


def _reason(error: OSError) -> str:
    text = error.strerror or str(error)
    return f"{text} (`{error.filename}`)" if error.filename else text
