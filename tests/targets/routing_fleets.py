"""Fleets whose generated modules are formatted, type-checked and run: the committed and difficult ones."""

import json

from tests.support.fleets import COMMITTED, FLEET_FIXTURES


def _wide_lines() -> str:
    """A fleet with names and texts of every length around the columns at which formatters break lines."""
    lengths = range(36, 92)
    models = {
        "m" * length: {
            "context": 16384,
            "label": ("l" if length % 2 else "語") * length,
            "upstream": "u" * length,
            "aliases": ["a" * length, "b" * (90 - length // 2)] if length % 2 else ["a" * length],
        }
        for length in lengths
    }
    fleet = {
        "version": 1,
        "default_provider": "p" * 64,
        "roles": {
            "default": f"{'p' * 64}/{'m' * 36}",
            "arena": [f"{'p' * 64}/{'m' * length}" for length in lengths],
        },
        "legacy": {
            "bare_ids": {f"{'o' * length}/x": f"{'p' * 64}/{'m' * length}" for length in lengths},
            "providers": {"f" * length: "p" * 64 for length in range(1, 65)},
        },
        "providers": {
            "p" * 64: {
                "kind": "llama-swap",
                "base_url": "http://127.0.0.1:8401",
                "headers": {f"X-{'h' * (length % 9)}{length}": "v" * length for length in lengths},
                "opencode": {"id": "o" * 64, "legacy_ids": ["x" * 30, "y" * 12]},
                "models": models,
            }
        },
    }
    return json.dumps(fleet, ensure_ascii=False)


FLEETS = {
    "committed": COMMITTED.read_text("utf-8"),
    "hostile": (FLEET_FIXTURES / "hostile.yaml").read_text("utf-8"),
    "smallest": (FLEET_FIXTURES / "smallest.yaml").read_text("utf-8"),
    "wide_lines": _wide_lines(),
}
