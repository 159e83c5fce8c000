"""Rewrite booconf/fleet/opencode_builtins.py from the opencode that tests/clients/package.json pins.

Run it from the root of the checkout, with opencode's version raised and installed (`scripts/test` does):
`python -m scripts.refresh_opencode_builtins`. It starts that program offline, on loopback.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from booconf.fleet import opencode_builtins
from tests.clients.opencode_client import Opencode

MODULE = Path(opencode_builtins.__file__)


def facts() -> tuple[str, set[str]]:
    """The version of the installed opencode, and the ids of its built-in providers."""
    with tempfile.TemporaryDirectory() as home, Opencode(Path(home)) as client:
        version: str = client.get("/global/health")["version"]
        return version, {provider["id"] for provider in client.get("/provider")["all"]}


def module_text(version: str, providers: Iterable[str]) -> str:
    """The whole module that states these facts."""
    lines = "".join(f'        "{provider}",\n' for provider in sorted(providers))
    return f'''"""Which provider ids opencode brings along: a config of ours that uses one is merged into it.

Facts, not choices: what `GET /provider` of an offline `opencode serve` lists. Do not edit; run
`python -m scripts.refresh_opencode_builtins`. A test compares this module with the pinned program.
"""

OPENCODE_VERSION = "{version}"

BUILTIN_PROVIDERS = frozenset(
    {{
{lines}    }}
)
'''


if __name__ == "__main__":
    MODULE.write_text(module_text(*facts()), encoding="utf-8", newline="\n")
