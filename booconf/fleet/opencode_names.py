"""The rules of opencode_name_rules that a model meets, and the members of our files that undo them."""

from collections.abc import Iterator
from typing import NamedTuple

from booconf.declaration.enums import CHAT_COMPLETIONS, Kind
from booconf.fleet.model import Model, Provider
from booconf.fleet.opencode_name_rules import NAME_RULES, NameField, NameRule

KINDS_THAT_IGNORE_NULL: frozenset[Kind] = frozenset({"llama-server", "ollama", "vllm"})
"""Kinds whose program reads a parameter that is null as one that is not sent; others may refuse it."""

UNDONE_BY_NULL = frozenset({"top_p"})
"""Parameters that a null in the options of a model replaces; opencode refuses a null `reasoningEffort`."""


_TEXTS = tuple({text for rule in NAME_RULES for text in rule.texts})
"""A name without any of these, in lower case, meets no rule: most names are decided by one look at each."""


class NameMatch(NamedTuple):
    """A rule that a model meets, and the part of the name that decides."""

    rule: NameRule
    part: str


def name_matches(provider: Provider, model: Model) -> Iterator[NameMatch]:
    """The rules that opencode applies to requests for `model`, a chat model of `provider`."""
    lower = f"{provider.opencode_id}\n{model.id}\n{model.upstream}".lower()
    for text in _TEXTS:
        if text in lower:
            break
    else:
        return
    names: dict[NameField, str] = {
        "opencode provider id": provider.opencode_id,
        "model id": model.id,
        "upstream name": model.upstream,
    }
    applied: set[tuple[str, NameField]] = set()
    for rule in NAME_RULES:
        part = rule.part_of(names[rule.field])
        change = rule.subject, rule.field
        if part is not None and change not in applied and rule.concerns(provider, model):
            applied.add(change)
            yield NameMatch(rule, part)


def overrides(provider: Provider, model: Model) -> dict[str, None]:
    """The body members, all null, by which the files for opencode undo rules that `model` meets."""
    if provider.kind not in KINDS_THAT_IGNORE_NULL or not options_are_sent(provider):
        return {}
    return {
        match.rule.parameter: None
        for match in name_matches(provider, model)
        if match.rule.parameter in UNDONE_BY_NULL
    }


def remaining_matches(provider: Provider, model: Model) -> list[NameMatch]:
    """As `name_matches`, without the rules that the files for opencode or a declared `extra_body` undo."""
    matches = list(name_matches(provider, model))
    undone = undone_parameters(provider, model) if matches else ()
    return [match for match in matches if match.rule.parameter not in undone]


def undone_parameters(provider: Provider, model: Model) -> set[str]:
    """The members of the request body that the files for opencode set, whatever a name does."""
    return {*overrides(provider, model), *(model.extra_body if options_are_sent(provider) else ())}


def options_are_sent(provider: Provider) -> bool:
    """True if opencode sends the options of a model as members of the request body.

    It knows an optional provider from the catalog, which has no field for options.
    """
    return not provider.optional and provider.client_api == CHAT_COMPLETIONS
