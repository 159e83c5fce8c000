"""Which absent models were probably renamed: one old name and one new one that are most alike.

The work is bounded: a name is weighed against few others, found by the rarest of its words and numbers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from booconf.declaration.words import ModelType
from booconf.diagnostics.suggestion import LONGEST_WORD
from booconf.drift.likeness import Name, may_be_one_model, ratio

LEAST_LIKENESS = 0.6
"""Names less alike than this are no pair, whatever they are made of."""

MOST_CANDIDATES = 100
"""So many new names are looked at for an old one."""

MOST_COMPARED = 10
"""So many of them are compared letter by letter, those nearest in length."""


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
    candidates = _Candidates([Name.of(name) for name in new if len(name) <= LONGEST_WORD])
    best_new, best_old = _Best(), _Best()
    for text, model_type in absent.items():
        if len(text) > LONGEST_WORD:
            continue
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


class _Candidates:
    """The new names, asked for those that may be an old one's."""

    def __init__(self, names: list[Name]) -> None:
        self._names = names
        self._places: dict[str, list[int]] = {}
        if len(names) > MOST_CANDIDATES:
            for place, name in enumerate(names):
                for piece in name.pieces:
                    self._places.setdefault(piece, []).append(place)

    def near(self, old: Name) -> list[Name]:
        """At most MOST_COMPARED names that may mean the same model, those of nearest length."""
        fitting = [name for name in self._like(old) if may_be_one_model(old, name)]
        fitting.sort(key=lambda name: (abs(len(name.folded) - len(old.folded)), name.text))
        return fitting[:MOST_COMPARED]

    def _like(self, old: Name) -> list[Name]:
        """Names that share words or numbers with `old`, rare ones first; all when there are few."""
        if len(self._names) <= MOST_CANDIDATES:
            return self._names
        found: set[int] = set()
        for places in sorted((self._places.get(piece, []) for piece in old.pieces), key=len):
            if len(found) + len(places) > MOST_CANDIDATES:
                break
            found.update(places)
        return [self._names[place] for place in found]
