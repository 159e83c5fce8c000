"""Rewrite booconf/fleet/opencode_builtins.py from the opencode pinned in tests/clients/package.json.

Pin the new version, install it with `scripts/test`, and run in the root of the checkout:
`python -m scripts.refresh_opencode_builtins`. It starts opencode offline, on loopback.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from booconf.fleet import opencode_builtins
from tests.clients.opencode_client import Opencode

MODULE = Path(opencode_builtins.__file__)


def installed_providers() -> tuple[str, set[str]]:
    """The version of the installed opencode, and the ids of its built-in providers."""
    with tempfile.TemporaryDirectory() as home, Opencode(Path(home)) as client:
        version: str = client.get("/global/health")["version"]
        return version, {provider["id"] for provider in client.get("/provider")["all"]}


def module_text(version: str, providers: Iterable[str]) -> str:
    """The text of the module for this version and these providers."""
    lines = "".join(f'        "{provider}",\n' for provider in sorted(providers))
    return f'''"""Ids of opencode's built-in providers; a generated entry of the same id is merged into them.

The list is `GET /provider` of an offline `opencode serve`. Do not edit it; run
`python -m scripts.refresh_opencode_builtins`. A test compares this module with the pinned program.
"""

OPENCODE_VERSION = "{version}"

BUILTIN_PROVIDERS = frozenset(
    {{
{lines}    }}
)
'''


if __name__ == "__main__":
    MODULE.write_text(module_text(*installed_providers()), encoding="utf-8", newline="\n")
