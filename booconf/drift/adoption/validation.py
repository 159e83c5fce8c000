"""Select the proposals whose edits leave a valid fleet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from booconf.diagnostics import Severity
from booconf.drift.adoption.resolutions import Key, Proposal
from booconf.fleet.context import CheckContext
from booconf.fleet.load import LoadResult, load_fleet
from booconf.live import adapter_of
from booconf.source import Document, Path
from booconf.source.editing import Edit, Removal, UneditableError, apply_edits

MOST_TRIALS = 200
"""Edited fleets that are loaded in one selection; proposals not accepted by then are rejected."""

_UNEDITABLE = "it is written there in a way that adopt cannot edit; edit it by hand"


class Selection:
    """The selection among the proposals for one fleet.

    `loading` is the load result of the fleet with all accepted edits, None if none is accepted; `rejected`
    gives the reason for every other proposal.
    """

    def __init__(self, context: CheckContext) -> None:
        self._document = context.document
        self._trials = 0
        self.loading: LoadResult | None = None
        self.rejected: dict[Key, str] = {}

    def accept(self, proposals: list[Proposal]) -> list[Proposal]:
        """As many of the proposals as leave a valid fleet, found by bisection."""
        accepted = self._accept([], proposals)
        again = [proposal for proposal in proposals if proposal.key in self.rejected]
        if accepted and again:  # a rejected one may be valid beside one accepted after it
            self.rejected.clear()
            accepted = self._accept(accepted, again)
        return accepted

    def _accept(self, accepted: list[Proposal], batch: list[Proposal]) -> list[Proposal]:
        """The accepted proposals, and those of the batch that are valid beside them."""
        if not batch:
            return accepted
        problem = self._try([*accepted, *batch])
        if problem is None:
            return [*accepted, *batch]
        if len(batch) == 1 or self._trials >= MOST_TRIALS:
            self.rejected.update((proposal.key, problem) for proposal in batch)
            return accepted
        half = len(batch) // 2
        return self._accept(self._accept(accepted, batch[:half]), batch[half:])

    def _try(self, proposals: list[Proposal]) -> str | None:
        """Load the fleet with all of these edits; the reason why that fails, or None."""
        self._trials += 1
        edits = _whole_lists(self._document, (edit for proposal in proposals for edit in proposal.edits))
        source = self._document.source
        try:
            text = apply_edits(self._document, edits)
        except UneditableError:
            return _UNEDITABLE
        loading = load_fleet(replace(source, text=text).whole.encode(), source.name, adapter_of)
        if loading.context is not None:
            self.loading = loading
            return None
        error = next(found for found in loading.diagnostics if found.severity is Severity.ERROR)
        return f"the fleet would not be valid, as {error.message} ({error.code})"


def _whole_lists(document: Document, edits: Iterable[Edit]) -> Iterator[Edit]:
    """The edits, with the removal of a list in place of removals of all its elements."""
    elements: dict[Path, list[Edit]] = defaultdict(list)
    for edit in edits:
        if isinstance(edit, Removal) and isinstance(edit.path[-1], int):
            elements[edit.path[:-1]].append(edit)
        else:
            yield edit
    for path, removals in elements.items():
        yield from [Removal(path)] if len(removals) == len(document.value(path)) else removals
