"""Aliases that only one of the two sides knows, or that each side gives to another model: BC705."""

from collections.abc import Iterator
from dataclasses import replace

from booconf.diagnostics import Severity, diagnose
from booconf.drift.findings.undeclared import or_ignore
from booconf.drift.host_comparison import Comparison
from booconf.drift.quoting import is_writable
from booconf.drift.result import Finding
from booconf.escaping import quote
from booconf.fleet.model import Model
from booconf.live.observation import SeenModel
from booconf.source.emitter import flow_entry


def find_aliases(comparison: Comparison) -> Iterator[Finding]:
    """BC705: an alias that differs; one that only the host knows is a note. Nothing of absent models."""
    reported: set[str] = set()
    for model in comparison.provider.models.values():
        seen = comparison.seen(model)
        if seen is None:
            continue
        for index, alias in enumerate(model.aliases):
            if alias not in comparison.names[seen.id]:
                yield from _unknown_there(comparison, model, seen, index)
        if seen.id not in reported:
            reported.add(seen.id)
            yield from _unknown_here(comparison, model, seen)


def untold_aliases(comparison: Comparison) -> list[str]:
    """The declared aliases that could not be compared, because the host does not tell those of the model."""
    untold: list[str] = []
    for model in comparison.provider.models.values():
        seen = comparison.seen(model)
        if seen.aliases is None if seen else comparison.serves(model.upstream):
            untold += (alias for alias in model.aliases if not comparison.serves(alias))
    return untold


def _unknown_there(comparison: Comparison, model: Model, seen: SeenModel, index: int) -> Iterator[Finding]:
    """What is to be said of an alias that is no name of its model, as far as the host tells."""
    alias = model.aliases[index]
    other = comparison.seen_by_name.get(alias)
    if seen.aliases is None or alias in comparison.other_names:
        return
    place = comparison.examination.key("providers", model.provider, "models", model.id, "aliases", index)
    if other is None:
        diagnostic = diagnose(
            "BC705",
            f"`{model.provider}` does not serve `{model.id}` under its alias `{alias}`",
            place,
            help="give it the alias on the host, or take it out of `aliases` (`booconf adopt` does)",
        )
        yield Finding(diagnostic, model.provider, model.id, declared=alias)
    else:
        diagnostic = diagnose(
            "BC705",
            f"the alias `{alias}` of `{model.composite_id}` means {quote(other.id)} on its host",
            place,
            help=f"take it out of `aliases`, or on the host away from {quote(other.id)}: "
            "who asks there for the alias is answered by that model",
        )
        yield Finding(diagnostic, model.provider, model.id, declared=alias, seen=other.id)


def _unknown_here(comparison: Comparison, model: Model, seen: SeenModel) -> Iterator[Finding]:
    for alias in sorted({*(seen.aliases or ())}):
        if alias in comparison.declared_names or comparison.is_ignored(alias):
            continue
        diagnostic = diagnose(
            "BC705",
            f"`{model.provider}` also serves `{model.id}` as {quote(alias)}, which is not declared",
            comparison.examination.model_key(model),
            help=_how_to_declare(comparison, model, alias),
        )
        yield Finding(replace(diagnostic, severity=Severity.NOTE), model.provider, model.id, seen=alias)


def _how_to_declare(comparison: Comparison, model: Model, alias: str) -> str:
    problem = comparison.problem_of(alias)
    if problem:
        ignoring = or_ignore(comparison, alias) if is_writable(alias) else ""
        return f"this name {problem}, so it cannot be declared: give it another one on the host{ignoring}"
    aliases = flow_entry("aliases", [*model.aliases, alias])
    return f"write `{aliases}`{or_ignore(comparison, alias)}"
