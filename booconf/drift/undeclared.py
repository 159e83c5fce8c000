"""Models of a host that nobody declared: BC702."""

from collections.abc import Iterator
from dataclasses import replace

from booconf.diagnostics import Severity, diagnose
from booconf.drift.comparison import Comparison
from booconf.drift.result import Finding
from booconf.drift.wording import is_writable, shown
from booconf.live.observation import SeenModel
from booconf.source.writing import flow_entry, flow_text


def find_undeclared(comparison: Comparison) -> Iterator[Finding]:
    """BC702: a model of the host that is neither declared nor ignored; of a cloud provider, a note."""
    provider = comparison.provider
    renamed = {rename.name for rename in comparison.renames.values()}
    left = [seen for seen in comparison.undeclared if seen.id not in renamed]
    if not left:
        return
    place = comparison.examination.key("providers", provider.id, "models")
    for seen in left:
        diagnostic = diagnose(
            "BC702",
            f"`{provider.id}` serves {shown(seen.id)}, which is not declared",
            place,
            help=_how_to_declare(comparison, seen),
        )
        if provider.location == "cloud":
            diagnostic = replace(diagnostic, severity=Severity.NOTE)
        yield Finding(diagnostic, provider.id, seen.id, seen=seen.id)


def declaration_of(seen: SeenModel) -> dict[str, object]:
    """What fleet.yaml has to say of a model of a host: its type, and the window it is served with."""
    window: dict[str, object] = {"context": "unknown" if seen.window.tokens is None else seen.window.tokens}
    if seen.type in (None, "chat"):
        return window
    return {"type": seen.type, **(window if seen.window.tokens is not None else {})}


def _how_to_declare(comparison: Comparison, seen: SeenModel) -> str:
    problem = comparison.problem_of(seen.id)
    if problem is None:
        adopted = "" if comparison.provider.location == "cloud" else " (`booconf adopt` does)"
        return (
            f"add `{flow_entry(seen.id, declaration_of(seen))}` to `models`{adopted}, "
            f"or leave it out on purpose: `{flow_entry('ignore', [seen.id])}`"
        )
    if not is_writable(seen.id):
        return (
            f"this name {problem}, so it cannot be declared: rename the model on the host, or add a pattern "
            "to `ignore`, where `*` stands for what cannot be written"
        )
    declared = flow_text({**declaration_of(seen), "upstream": seen.id})
    return (
        f"this name {problem}, so it can be no id: write `{declared}` under an id of your own, "
        f"or leave it out on purpose: `{flow_entry('ignore', [seen.id])}`"
    )
