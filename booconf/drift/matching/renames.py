"""Which absent models were probably renamed: one old name and one new one that are most alike.

The work is bounded, whatever a host lists: a name is weighed against few others, found by the rarest of its
words and numbers.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from booconf.declaration.enums import ModelType
from booconf.diagnostics.suggestion import LONGEST_WORD
from booconf.drift.matching.name import Name, may_be_one_model, ratio

LEAST_LIKENESS = 0.6
"""Names less alike than this are no pair, whatever they are made of."""

MOST_CANDIDATES = 100
"""So many names are looked at for another one."""

MOST_LOOKS = 50_000
"""So many are looked at for all names together, but one for each at least."""

LOOKS_TO_COMPARE = 10
"""Of so many that are looked at, one is compared letter by letter: those nearest in length."""


@dataclass(frozen=True, slots=True)
class Rename:
    """The new name of a model, and from 0 to 1 how alike the two names are, case aside."""

    name: str
    likeness: float


def probable_renames(
    absent: Mapping[str, ModelType], new: Mapping[str, ModelType | None]
) -> dict[str, Rename]:
    """Old name -> new name, for pairs in which each is more like the other than anything else is.

    Both mappings give the type of a model after its name, `new` None where the host does not tell.
    """
    candidates = Candidates(new, asked=len(absent))
    best_new, best_old = _Best(), _Best()
    for text, model_type in absent.items():
        old = Name.of(text)
        for name in candidates.near(old):
            if new[name.text] in (None, model_type):
                likeness = ratio(old.folded, name.folded)
                best_new.offer(text, name.text, likeness)
                best_old.offer(name.text, text, likeness)
    return {
        old_name: rename
        for old_name, rename in best_new.sole()
        if rename.likeness >= LEAST_LIKENESS and best_old.partner(rename.name) == old_name
    }


class _Best:
    """For each name the partner that is most like it, as long as only one is."""

    def __init__(self) -> None:
        self._best: dict[str, tuple[float, str | None]] = {}

    def offer(self, name: str, partner: str, likeness: float) -> None:
        held, _ = self._best.get(name, (-1.0, None))
        if likeness >= held:
            self._best[name] = (likeness, partner if likeness > held else None)

    def partner(self, name: str) -> str | None:
        return self._best[name][1]

    def sole(self) -> Iterator[tuple[str, Rename]]:
        for name, (likeness, partner) in self._best.items():
            if partner is not None:
                yield name, Rename(partner, likeness)


class Candidates:
    """Names of at most LONGEST_WORD letters, asked for those that may be another name of the same model.

    The more often they are `asked`, the fewer are looked at each time.
    """

    def __init__(self, names: Iterable[str], *, asked: int = 1) -> None:
        self._names = [Name.of(name) for name in names if len(name) <= LONGEST_WORD]
        self._most = max(1, min(MOST_CANDIDATES, MOST_LOOKS // max(1, asked)))
        self._places: dict[str, list[int]] = {}
        if len(self._names) > self._most:
            for place, name in enumerate(self._names):
                for piece in name.pieces:
                    self._places.setdefault(piece, []).append(place)

    def near(self, old: Name) -> list[Name]:
        """A few names that may mean the same model, those of nearest length; none for a longer name."""
        if len(old.text) > LONGEST_WORD:
            return []
        fitting = [name for name in self._like(old) if may_be_one_model(old, name)]
        fitting.sort(key=lambda name: (abs(len(name.folded) - len(old.folded)), name.text))
        return fitting[: max(1, self._most // LOOKS_TO_COMPARE)]

    def _like(self, old: Name) -> list[Name]:
        """Names that share words or numbers with `old`, rare ones first; all when there are few."""
        if len(self._names) <= self._most:
            return self._names
        found: set[int] = set()
        by_piece = [self._places[piece] for piece in old.pieces if piece in self._places]
        for places in sorted(by_piece, key=lambda places: (len(places), places)):
            if len(found) + len(places) > self._most:
                break
            found.update(places)
        return [self._names[place] for place in found]
