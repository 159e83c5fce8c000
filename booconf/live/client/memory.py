"""One bound for what all hosts together make us hold: the greediest gives way, never a modest one."""

import asyncio
from collections.abc import Callable

LetGo = Callable[[], None]


class Memory:
    """At most `limit` bytes in all Shares; beyond them the largest is given up, until the rest fits.

    So of n shares each may hold `limit / n` bytes, whatever the others do.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._shares: set[Share] = set()
        self.reading = asyncio.Lock()
        """Whoever reads a large body holds this: read one after the other, they leave time to all others."""

    def hold(self, share: "Share", size: int) -> None:
        """`share` is `size` bytes from now on; afterwards it, or another, may be given up."""
        self._shares.add(share)
        self._held += size - share.size
        share.size = size
        while self._held > self._limit:
            largest = max(self._shares, key=lambda share: share.size)
            self.release(largest)
            largest.give_up()

    def release(self, share: "Share") -> None:
        """Nothing is held in `share` any more."""
        self._shares.discard(share)
        self._held -= share.size
        share.size = 0


class Share:
    """What one host makes us hold, in bytes; whoever holds it sets `let_go`, which frees it at once."""

    def __init__(self) -> None:
        self.size = 0
        self.is_given_up = False
        self.let_go: LetGo = lambda: None

    def give_up(self) -> None:
        """Too much is held, and here is the most of it."""
        self.is_given_up = True
        self.let_go()
