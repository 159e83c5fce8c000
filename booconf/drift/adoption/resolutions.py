"""The resolution of each finding: edits of fleet.yaml, or the reason why there are none."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from booconf.drift.adoption.context import AdoptionContext
from booconf.drift.findings.absent import choose_peer
from booconf.drift.findings.undeclared import advice_on_unusable_id, declaration_of
from booconf.drift.findings.windows import limits_beyond
from booconf.drift.result import Category, Finding
from booconf.escaping import quote
from booconf.fleet.model import LimitRule, Model
from booconf.source import Path
from booconf.source.editing import Appending, Edit, Removal, Setting

Key = tuple[str, str, str, str | None]
"""Code, provider, model and detail of a finding: its identity across comparisons."""


@dataclass(frozen=True, slots=True)
class FleetChange:
    """One change of fleet.yaml; `text` is a sentence for people."""

    text: str
    code: str
    provider: str
    model: str


@dataclass(frozen=True, slots=True)
class Unresolved:
    """One finding without an edit; `text` is a sentence for people with the reason."""

    text: str
    code: str
    provider: str
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Edits that resolve a finding; `unchanged` describes the fleet without them, up to a colon."""

    key: Key
    change: FleetChange
    edits: tuple[Edit, ...]
    unchanged: str

    @classmethod
    def of(cls, finding: Finding, model: str, text: str, unchanged: str, *edits: Edit) -> "Proposal":
        """The edits that resolve `finding` for a model, declared or not; `text` describes the change."""
        detail = finding.declared if isinstance(finding.declared, str) else None
        key = (finding.code, finding.provider, model, detail)
        return cls(key, FleetChange(text, finding.code, finding.provider, model), edits, unchanged)

    def rejected(self, reason: str) -> Unresolved:
        """The finding without its edits."""
        change = self.change
        return Unresolved(f"{self.unchanged}: {reason}", change.code, change.provider, change.model)


Resolution = Proposal | Unresolved
Resolver = Callable[[AdoptionContext, Finding], Iterator[Resolution]]


def resolve_findings(context: AdoptionContext, findings: Iterable[Finding]) -> list[Resolution]:
    """The resolutions of all findings but notes, which are ignored."""
    resolutions: list[Resolution] = []
    for finding in findings:
        if finding.is_drift:
            resolutions += RESOLVERS[finding.code](context, finding)
        elif finding.category is Category.NOT_CHECKED:
            resolutions.append(
                Unresolved(finding.diagnostic.message, finding.code, finding.provider, finding.model)
            )
    return resolutions


def resolve_undeclared(context: AdoptionContext, finding: Finding) -> Iterator[Resolution]:
    """BC702: declare the model as it is served."""
    yield _addition(context, finding, str(finding.model))


def _addition(context: AdoptionContext, finding: Finding, name: str) -> Resolution:
    """The declaration of the model that a host serves as `name`."""
    provider, host = finding.provider, context.host(finding)
    seen = host.served.by_name[name]
    unchanged = f"{quote(name)} of `{provider}` stays undeclared"
    problem = context.take(provider, name)
    if problem is not None:
        advice = advice_on_unusable_id(host, seen, problem)
        return Unresolved(f"{unchanged}: {advice}", finding.code, provider, name)
    declared = declaration_of(seen)
    tokens = declared.get("context")
    window = (
        f"the window of {tokens} tokens that its host serves"
        if isinstance(tokens, int)
        else "an unknown window"
    )
    chat = doubt = ""
    if seen.type is None:
        chat, doubt = (
            " as a chat model",
            "; if it is not a chat model, write its type, such as `type: embedding`",
        )
    text = f"`{provider}/{name}` is added{chat} with {window}{doubt}"
    edit = Setting(("providers", provider, "models", name), declared)
    return Proposal.of(finding, name, text, unchanged, edit)


def resolve_absent(context: AdoptionContext, finding: Finding) -> Iterator[Resolution]:
    """BC701, BC704: rename the model, or remove it and, in place of a rename, add the new one."""
    new_name = context.new_name(finding)
    if new_name is not None:
        yield _rename(context, finding, new_name)
        return
    yield _removal(context, finding)
    new = finding.renamed_to
    if new is not None and not context.is_taken(finding.provider, new):  # two absent models may share it
        yield _addition(context, finding, new)


def _rename(context: AdoptionContext, finding: Finding, new_name: str) -> Proposal:
    model = context.model(finding)
    upstream = (*_path_of(model), "upstream")
    unchanged = f"requests for `{model.composite_id}` still name `{model.upstream}`"
    if new_name == model.id:
        text = f"requests for `{model.composite_id}` name its own id, probably its name on the host now"
        return Proposal.of(finding, model.id, text, unchanged, Removal(upstream))
    text = (
        f"requests for `{model.composite_id}` name {quote(new_name)}, probably its name on the host now; "
        "its id and all references to it stay"
    )
    return Proposal.of(finding, model.id, text, unchanged, Setting(upstream, new_name))


def _removal(context: AdoptionContext, finding: Finding) -> Resolution:
    host, model = context.host(finding), context.model(finding)
    name = model.composite_id
    unchanged = f"`{name}` stays declared, though its host does not serve it"
    if model.upstream in host.matches.peer_names:
        text = f"{unchanged} by this name: {choose_peer(host, model)}"
        return Unresolved(text, finding.code, model.provider, model.id)
    if name in context.blockers:
        text = f"{unchanged}: {context.blockers[name]}, then adopt again"
        return Unresolved(text, finding.code, model.provider, model.id)
    overrides = "".join(
        f"; the context override {override} still matches others"
        for override in context.references.overrides_of(name)
    )
    text = f"`{name}` is removed: its host does not serve it{overrides}"
    return Proposal.of(finding, model.id, text, unchanged, Removal(_path_of(model)))


def resolve_alias(context: AdoptionContext, finding: Finding) -> Iterator[Resolution]:
    """BC705: remove an alias that the host does not report for the model."""
    model, alias = context.model(finding), str(finding.declared)
    text = f"`{model.composite_id}` loses the alias `{alias}`, which its host does not report for it"
    unchanged = f"`{model.composite_id}` keeps the alias `{alias}`"
    edit = Removal((*_path_of(model), "aliases", model.aliases.index(alias)))
    yield Proposal.of(finding, model.id, text, unchanged, edit)


def resolve_window(context: AdoptionContext, finding: Finding) -> Iterator[Resolution]:
    """BC706, BC707: declare the served window, and remove limits that it exceeds."""
    model, served = context.model(finding), finding.seen
    assert isinstance(served, int)  # noqa: S101 - the other window is one in tokens
    name = model.composite_id
    unchanged = f"`{name}` keeps its window of {model.limits.context} tokens"
    placed = _window_edit(context, model, served)
    if placed is None:
        reason = "no override can be written for it alone, since `*` in its id would match others too"
        yield Unresolved(f"{unchanged}: {reason}", finding.code, model.provider, model.id)
        return
    edit, location = placed
    limits = list(limits_beyond(context.references.context, model, served))
    loses = "".join(f"; its `{limit}` no longer fits and is removed" for limit in limits)
    text = f"`{name}` has a window of {served} tokens instead of {model.limits.context}{location}{loses}"
    removals = (Removal((*_path_of(model), limit)) for limit in limits)
    yield Proposal.of(finding, model.id, text, unchanged, edit, *removals)


def _window_edit(context: AdoptionContext, model: Model, served: int) -> tuple[Edit, str] | None:
    """The edit that declares this window for one model, and a clause with its location, if possible."""
    index, references = model.limits.context_origin.override, context.references
    if index is None:
        is_default = model.limits.context_origin.rule is LimitRule.DEFAULTS
        location = ", declared on the model, since others share the default of the provider"
        return Setting((*_path_of(model), "context"), served), location if is_default else ""
    override = references.describe_override(index)
    pattern = references.context.declaration.context_overrides[index].match
    if not references.matches_others(pattern, model.composite_id):
        return Setting(
            ("context_overrides", index, "context"), served
        ), f", in the context override {override}"
    if references.matches_others(model.composite_id, model.composite_id):
        return None
    own = {"match": model.composite_id, "context": served}
    return Appending(("context_overrides",), own), (
        f", in a context override of its own, since {override} matches others too"
    )


def _resolved_with_its_model(_context: AdoptionContext, _finding: Finding) -> Iterator[Resolution]:
    yield from ()


def _for_the_host(_context: AdoptionContext, finding: Finding) -> Iterator[Resolution]:
    text = f"{finding.diagnostic.message}: correct this on the host"
    yield Unresolved(text, finding.code, finding.provider, finding.model)


RESOLVERS: Mapping[str, Resolver] = {
    "BC701": resolve_absent,
    "BC702": resolve_undeclared,
    "BC703": _resolved_with_its_model,
    "BC704": resolve_absent,
    "BC705": resolve_alias,
    "BC706": resolve_window,
    "BC707": resolve_window,
    "BC708": _for_the_host,
    "BC709": _for_the_host,
}
"""Code -> the function that resolves drift of this code."""


def _path_of(model: Model) -> Path:
    """The path of a declared model."""
    return ("providers", model.provider, "models", model.id)
