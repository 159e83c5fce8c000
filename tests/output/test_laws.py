"""Laws of any history of builds, edits and kills.

In any order of builds, edits, deletions and kills, a build without --force never destroys a byte that the
user wrote, one that is not refused leaves exactly the wanted files, and two equal builds have the effect of
one.
"""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from booconf.output.check import find_deviations
from booconf.output.diagnostics import OutputError
from booconf.output.plan import Plan, plan
from booconf.output.publish import publish
from tests.output.faults import Moment, failing, killed
from tests.output.folders import OWNERS, artifacts, everything, states, write

PATHS = st.sampled_from(sorted(OWNERS))
FILES = st.dictionaries(PATHS, st.sampled_from(["one\n", "two\n", "three\n"]))
TARGETS = st.none() | st.frozensets(st.sampled_from(sorted(set(OWNERS.values()))), min_size=1)


class History(RuleBasedStateMachine):
    """One folder, the fleet that is compiled into it, and what the user wrote there himself."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.out = self.folder / "out"
        self.files: dict[str, str] = {}
        self.mine: dict[str, str] = {}

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @rule(files=FILES)
    def declare(self, files: dict[str, str]) -> None:
        """The fleet changes."""
        self.files = files

    @rule(path=PATHS, number=st.integers(0, 9))
    def edit(self, path: str, number: int) -> None:
        """The user writes what no build ever does."""
        self.mine[path] = f"mine {number}\n"
        write(self.out, path, self.mine[path])

    @rule(path=PATHS)
    def delete(self, path: str) -> None:
        """The user deletes a file."""
        (self.out / path).unlink(missing_ok=True)
        self.mine.pop(path, None)

    @rule(asked=TARGETS)
    def build(self, asked: frozenset[str] | None) -> None:
        """A build runs to its end, or is refused."""
        before = everything(self.out)
        decided = plan(self.out, artifacts(self.files, asked))
        assert everything(self.out) == before
        if isinstance(decided, tuple):
            assert self.mine, decided
            return
        publish(decided)
        wanted = {path: text for path, text in self.files.items() if asked is None or OWNERS[path] in asked}
        assert everything(self.out).items() >= wanted.items()
        assert not find_deviations(self.out, artifacts(self.files, asked))
        again = plan(self.out, artifacts(self.files, asked))
        assert isinstance(again, Plan)
        assert not again.pending
        assert set(states(again).values()) <= {"unchanged"}

    @rule(at=st.integers(0, 40), moment=st.sampled_from(Moment), asked=TARGETS)
    def build_and_be_killed(self, at: int, moment: Moment, asked: frozenset[str] | None) -> None:
        """A build is killed at some step, if it takes as many."""
        decided = plan(self.out, artifacts(self.files, asked))
        if isinstance(decided, Plan):
            with killed(at, moment):
                publish(decided)

    @rule(at=st.integers(0, 40), times=st.sampled_from([1, 1000]), asked=TARGETS)
    def build_on_a_full_disk(self, at: int, times: int, asked: frozenset[str] | None) -> None:
        """The disk is full from some step on, for one step or for good."""
        decided = plan(self.out, artifacts(self.files, asked))
        if isinstance(decided, Plan):
            with failing(at, times=times), suppress(OutputError):
                publish(decided)

    @precondition(lambda self: self.mine)
    @rule()
    def force(self) -> None:
        """The user deletes files that block the output of the whole fleet."""
        decided = plan(self.out, artifacts(self.files), force=True)
        assert isinstance(decided, Plan)
        publish(decided)
        self.mine = {path: text for path, text in self.mine.items() if everything(self.out).get(path) == text}
        assert everything(self.out).items() >= self.files.items()
        assert not find_deviations(self.out, artifacts(self.files))

    @invariant()
    def nothing_of_the_users_is_lost(self) -> None:
        """Every file the user wrote is there, byte for byte."""
        assert everything(self.out).items() >= self.mine.items()


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
