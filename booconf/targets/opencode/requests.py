"""The efforts and members of the body that opencode can send by each API.

Members are `options` of a model, which opencode merges into each request. @ai-sdk/openai-compatible writes
every option into the body under its own name, but for the few below (its `getArgs`, as built into opencode
1.18.33). The libraries for the other APIs drop options they do not know.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from booconf.fleet.model import Model, Provider
from booconf.json_text import Json

_RENAMED = {"reasoning_effort": "reasoningEffort", "verbosity": "textVerbosity"}
"""Members that the library sends only under the name of an option of its own."""

_MEMBERS = {option: member for member, option in _RENAMED.items()}

_TEXTS = frozenset({"user", *_RENAMED})
"""Members that the library refuses, with the whole request, if they are no text."""


class Unsent(NamedTuple):
    """A member that opencode does not send as it is declared; `advice` names a declaration that it sends."""

    name: str
    reason: str
    advice: str


def offered_efforts(provider: Provider, model: Model) -> tuple[str, ...]:
    """The declared efforts; none for messages, where opencode would add a budget for thinking to some."""
    return () if provider.client_api == "messages" else model.efforts


def body_options(body: Mapping[str, Json]) -> dict[str, Json]:
    """The options with which chat completions contain the members of `body`, but for those unsent."""
    unsent = {member.name for member in unsent_members(body)}
    return {_RENAMED.get(name, name): value for name, value in body.items() if name not in unsent}


def unsent_members(body: Mapping[str, Json]) -> Iterator[Unsent]:
    """The members of `body` that chat completions of opencode cannot contain as they are declared."""
    for name, value in body.items():
        if name == "tool_choice":
            yield Unsent(name, "it sets this member itself", "remove it")
        elif name == "strictJsonSchema":
            yield Unsent(name, "its library has an option of that name", "remove it")
        elif name in _MEMBERS:
            yield Unsent(name, "its library has an option of that name", f"write `{_MEMBERS[name]}`")
        elif name in _TEXTS and not isinstance(value, str):
            yield Unsent(name, "its library accepts only text", "write a text")
