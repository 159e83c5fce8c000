"""One edit of fleet.yaml that would answer a finding, and what is said about it."""

from dataclasses import dataclass

from booconf.drift.result import Finding
from booconf.fleet.model import Model
from booconf.source import Path
from booconf.source.editing.apply import Edit

Key = tuple[str, str, str, str | None]
"""What tells findings apart from one comparison to the next."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that fleet.yaml says differently now; `what` is a sentence for people."""

    what: str
    code: str
    provider: str
    model: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One finding that no edit answers; `what` is a sentence for people that says what stays, and why."""

    what: str
    code: str
    provider: str
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Edits that answer a finding; `otherwise` says, before a colon, what stays without them."""

    key: Key
    change: Change
    edits: tuple[Edit, ...]
    otherwise: str

    @classmethod
    def of(cls, finding: Finding, model: str, what: str, otherwise: str, *edits: Edit) -> "Proposal":
        """The edits that answer `finding` for a model, declared or not; `what` is said of the change."""
        detail = finding.declared if isinstance(finding.declared, str) else None
        key = (finding.code, finding.provider, model, detail)
        return cls(key, Change(what, finding.code, finding.provider, model), edits, otherwise)

    def kept(self, why: str) -> Kept:
        """That the edits are not made."""
        return Kept(f"{self.otherwise}: {why}", self.change.code, self.change.provider, self.change.model)


Answer = Proposal | Kept
"""What becomes of a finding."""


def path_of(model: Model) -> Path:
    """Where a model is declared."""
    return ("providers", model.provider, "models", model.id)
