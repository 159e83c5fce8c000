"""Compare tests/clients/opencode_names.txt with the opencode pinned in tests/clients/package.json.

Pin the new version, install it with `scripts/test`, and run in the root of the checkout:
`python -m scripts.refresh_opencode_names`. It reads the program without starting it, rewrites the file, and
prints what is new, gone or in another number of places. A new line has the word `new`: replace it by the
rules of booconf/fleet/opencode_name_rules.py that the comparison belongs to, or by a word of REASONS.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from scripts.opencode_comparisons import Comparison, comparisons
from tests.clients.tools import installed_version, opencode

EVIDENCE = Path(__file__).parents[1] / "tests" / "clients" / "opencode_names.txt"
NEW = "new"

REASONS = {
    "efforts": "chooses the reasoning efforts that are offered; a fleet declares them as `efforts`",
    "built-in": "only for ids of built-in providers and their own models",
    "library": "only with a client library that booconf's files do not choose",
    "fields": "chooses the field of reasoning; booconf's files always write it",
    "form": "decides the form of a change that another rule reports",
    "requests": "for requests that opencode does not send, or a service tier that it does not ask for",
}
"""Word -> why a comparison belongs to no rule."""

_LINE = re.compile(r'(\w+) ([a-z ]+) ("(?:[^"\\]|\\.)*") (\d+): (.*)')


@dataclass(frozen=True, slots=True)
class Evidence:
    """The comparisons of one version of opencode, each with its number of places and its words."""

    version: str
    places: Mapping[Comparison, int]
    words: Mapping[Comparison, tuple[str, ...]]

    @classmethod
    def read(cls, text: str) -> Self:
        """Parse the text of the file."""
        first, *lines = text.splitlines()
        places, words = {}, {}
        for line in lines:
            match = _LINE.fullmatch(line)
            if match is None:
                message = f"not a comparison: {line}"
                raise ValueError(message)
            comparison = Comparison(match[1], match[2], json.loads(match[3]))
            places[comparison] = int(match[4])
            words[comparison] = tuple(match[5].split())
        return cls(first.removeprefix("opencode "), places, words)

    def text(self) -> str:
        """The text of the file."""
        lines = [
            f"{found.field} {found.operator} {json.dumps(found.literal)} {self.places[found]}: "
            f"{' '.join(self.words.get(found, (NEW,)))}\n"
            for found in sorted(self.places)
        ]
        return f"opencode {self.version}\n{''.join(lines)}"

    def changes(self, other: Mapping[Comparison, int]) -> Iterator[str]:
        """One line for each comparison of which `other` has more or fewer places."""
        for found in sorted(self.places.keys() | other.keys()):
            before, after = self.places.get(found, 0), other.get(found, 0)
            if before != after:
                name = f"{found.field} {found.operator} {json.dumps(found.literal)}"
                yield f"{name}: {before} -> {after} places"


def installed_comparisons() -> Mapping[Comparison, int]:
    """The comparisons of the installed opencode, each with its number of places."""
    return comparisons(opencode().read_bytes())


if __name__ == "__main__":
    recorded, installed = Evidence.read(EVIDENCE.read_text(encoding="utf-8")), installed_comparisons()
    print(*recorded.changes(installed), sep="\n")
    refreshed = Evidence(installed_version(), installed, recorded.words)
    EVIDENCE.write_text(refreshed.text(), encoding="utf-8", newline="\n")
