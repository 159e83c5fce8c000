"""What all hosts together make us hold: the greediest gives way, and nobody takes from a modest one."""

from hypothesis import given
from hypothesis import strategies as st

from booconf.live.client.memory import Memory, Share


def test_the_largest_is_given_up_and_told_at_once() -> None:
    memory, greedy, modest = Memory(100), Share(), Share()
    told: list[str] = []
    greedy.let_go, modest.let_go = lambda: told.append("greedy"), lambda: told.append("modest")
    memory.hold(greedy, 60)
    memory.hold(modest, 40)
    assert told == []
    memory.hold(modest, 41)
    assert (told, greedy.is_given_up, modest.is_given_up) == (["greedy"], True, False)


def test_what_is_released_counts_no_more() -> None:
    memory, first, second = Memory(100), Share(), Share()
    memory.hold(first, 100)
    memory.release(first)
    memory.hold(second, 100)
    assert not second.is_given_up


def test_one_alone_may_be_too_large() -> None:
    share = Share()
    Memory(100).hold(share, 101)
    assert share.is_given_up


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 150)), max_size=40))
def test_nobody_with_a_fair_part_is_given_up_and_the_limit_holds(steps: list[tuple[int, int]]) -> None:
    memory, shares = Memory(100), [Share() for _ in range(5)]
    largest = [0] * 5
    for number, size in steps:
        if not shares[number].is_given_up:
            memory.hold(shares[number], size)
            largest[number] = max(largest[number], size)
        assert sum(share.size for share in shares) <= 100
    assert not any(share.is_given_up for share, most in zip(shares, largest, strict=True) if most <= 20)
