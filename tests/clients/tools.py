"""Paths of the real clients: programs that scripts/test installs in tests/clients/node_modules."""

import json
import platform
import shutil
import sys
from pathlib import Path

NODE_MODULES = Path(__file__).parent / "node_modules"

_SYSTEMS = {"linux": "linux", "darwin": "darwin", "win32": "windows"}
_MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
_VARIANTS = ("-baseline", "", "-baseline-musl", "-musl")


class ToolMissingError(Exception):
    """A client is not installed; the message names the command that installs it."""


def node() -> Path:
    """The node program on PATH."""
    found = shutil.which("node")
    if found is None:
        raise ToolMissingError("node is not on PATH: install Node 20 or later")
    return Path(found)


def node_script(package_relative_path: str) -> list[str]:
    """The command that runs one script of an installed package, such as `typescript/bin/tsc`, with node."""
    return [str(node()), str(_installed(package_relative_path))]


def opencode() -> Path:
    """The opencode program of this platform, from its npm package (no install script has to run)."""
    system = _SYSTEMS.get(sys.platform, sys.platform)
    machine = _MACHINES.get(platform.machine().lower(), platform.machine())
    program = "opencode.exe" if system == "windows" else "opencode"
    candidates = [f"opencode-{system}-{machine}{variant}/bin/{program}" for variant in _VARIANTS]
    for candidate in candidates:
        if (NODE_MODULES / candidate).is_file():
            return NODE_MODULES / candidate
    return _installed(candidates[1])


def installed_version() -> str:
    """The version of the installed opencode."""
    version: str = json.loads(_installed("opencode-ai/package.json").read_text(encoding="utf-8"))["version"]
    return version


def _installed(path: str) -> Path:
    found = NODE_MODULES / path
    if not found.is_file():
        message = f"{path} is not installed: run scripts/test, which installs it"
        raise ToolMissingError(message)
    return found
