"""Adoptions for tests: the edits of a fleet.yaml whose hosts differ from it."""

from collections.abc import Callable

from booconf.drift.adoption import Adoption, adopt
from booconf.live.observation import Observation
from tests.support.fleets import fleet_text, load
from tests.support.observations import check_context, matching_observation

Change = Callable[[Observation], Observation]


def adopt_with(text: str, *changes: Change, provider: str = "one", renames: bool = True) -> Adoption:
    """The adoption of a host of `provider` that is as declared, except for `changes`."""
    observation = matching_observation(check_context(text).fleet.providers[provider])
    for change in changes:
        observation = change(observation)
    return adopt_observed(text, {provider: observation}, renames=renames)


def adopt_observed(text: str, observations: dict[str, Observation], *, renames: bool = True) -> Adoption:
    """The adoption of these observations."""
    return adopt(load(text), observations, renames=renames)


def difference(before: str, after: str) -> tuple[list[str], list[str]]:
    """The removed and the added lines, without indentation."""
    old, new = before.splitlines(), after.splitlines()
    return (
        [line.strip() for line in old if line not in new],
        [line.strip() for line in new if line not in old],
    )


def fleet(models: str, *, roles: str = "default: one/a", rest: str = "", more: str = "") -> str:
    """A fleet of one provider with these lines as its models."""
    return fleet_text(
        f"one:\n  kind: llama-swap\n  base_url: http://127.0.0.1:8001\n{more}"
        "  models:\n    a: {context: 32768}\n" + "".join(f"    {line}\n" for line in models.splitlines()),
        roles=roles,
        rest=rest,
    )


def edits(before: str, adoption: Adoption) -> tuple[list[str], list[str]]:
    """The removed and the added lines of an adoption, without indentation."""
    return difference(before, adoption.text)


def changes(adoption: Adoption) -> list[str]:
    """The texts of the proposed changes."""
    return [change.text for change in adoption.changes]


def unresolved(adoption: Adoption) -> list[str]:
    """The texts of the differences without a change."""
    return [one.text for one in adoption.unresolved]
