"""Adopting in tests: what becomes of a fleet.yaml when its hosts are not as it declares them."""

from collections.abc import Callable

from booconf.drift.adoption.adopt import Adoption, adopt
from booconf.live.observation import Observation
from tests.support.fleets import load
from tests.support.observed import described, examined

Change = Callable[[Observation], Observation]


def adopted(text: str, *changes: Change, provider: str = "one", renames: bool = True) -> Adoption:
    """What comes of adopting when the host of `provider` is as declared but for `changes`."""
    observation = described(examined(text).fleet.providers[provider])
    for change in changes:
        observation = change(observation)
    return adopted_from(text, {provider: observation}, renames=renames)


def adopted_from(text: str, observations: dict[str, Observation], *, renames: bool = True) -> Adoption:
    """What comes of adopting these observations."""
    return adopt(load(text), observations, renames=renames)


def difference(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines of a text that go and those that come, without their indentation."""
    old, new = before.splitlines(), after.splitlines()
    return (
        [line.strip() for line in old if line not in new],
        [line.strip() for line in new if line not in old],
    )
