"""What fleet.yaml would have to say to match each finding, or why it should not say so."""

from collections.abc import Iterable, Iterator, Mapping

from booconf.drift.comparison import Comparisons
from booconf.drift.models import which_peer
from booconf.drift.proposal import Kept, Proposal
from booconf.drift.references import References
from booconf.drift.result import Category, Finding
from booconf.drift.undeclared import declaration_of, how_to_do_without
from booconf.drift.windows import limits_beyond
from booconf.drift.wording import shown
from booconf.fleet.model import LimitRule, Model
from booconf.live.observation import Observation
from booconf.source import Path
from booconf.source.editing import Appending, Edit, Removal, Setting

ABSENT, UNDECLARED, ABSENT_TARGET, RENAMED, ALIAS = "BC701", "BC702", "BC703", "BC704", "BC705"
WINDOWS = ("BC706", "BC707")


def propose(
    references: References,
    findings: Iterable[Finding],
    observations: Mapping[str, Observation],
    *,
    renames: bool,
) -> list[Proposal | Kept]:
    """For each finding but notes: the edits that answer it, or why there are none.

    Without `renames` a model under a probable new name is one that went and another that came.
    """
    return list(_Proposals(references, tuple(findings), observations, renames=renames).all())


class _Proposals:
    """What is known while the findings of one comparison are answered."""

    def __init__(
        self,
        references: References,
        findings: tuple[Finding, ...],
        observations: Mapping[str, Observation],
        *,
        renames: bool,
    ) -> None:
        self._examination = references.examination
        self._fleet = references.examination.fleet
        self._declaration = references.examination.declaration
        self._references = references
        self._findings = findings
        self._renames = renames
        self._comparisons = Comparisons(references, observations).by_provider
        drift = [finding for finding in findings if finding.is_drift]
        self._absent = {
            (finding.provider, finding.model) for finding in drift if finding.code in (ABSENT, RENAMED)
        }
        self._leaving = [model for finding in drift for model in self._leaves(finding)]
        self._held = self._find_held(drift)
        self._taken = self._find_taken()

    def all(self) -> Iterator[Proposal | Kept]:
        """An answer to each finding, or two where a rename is none."""
        for finding in self._findings:
            if finding.category is Category.UNASKED:
                yield Kept(finding.diagnostic.message, finding.code, finding.provider, finding.model)
            elif finding.is_drift:
                yield from self._answers(finding)

    def _answers(self, finding: Finding) -> Iterator[Proposal | Kept]:
        code, provider, name = finding.code, finding.provider, str(finding.model)
        if code == UNDECLARED:
            yield self._addition(finding, name)
        elif code in (ABSENT, RENAMED):
            model = self._fleet.providers[provider].models[name]
            new_name = self._new_name(model)
            yield (
                self._removal(finding, model) if new_name is None else self._rename(finding, model, new_name)
            )
            if new_name is None and finding.renamed_to is not None:
                yield from self._other_side(finding, finding.renamed_to)
        elif code == ALIAS:
            yield self._alias(finding, self._fleet.providers[provider].models[name], str(finding.declared))
        elif code in WINDOWS and isinstance(finding.seen, int):
            yield self._window(finding, self._fleet.providers[provider].models[name], finding.seen)
        elif code != ABSENT_TARGET:
            why = "that is to be mended on the host"
            yield Kept(f"{finding.diagnostic.message}: {why}", code, provider, finding.model)
        elif (provider, name) not in self._absent:
            names = ", ".join(self._references.by_name[f"{provider}/{name}"])
            yield Kept(
                f"`{provider}/{name}` is not served, and {names}: name another model", code, provider, name
            )

    # models that went

    def _new_name(self, model: Model) -> str | None:
        """Under which name the host probably serves an absent model; None when nothing tells, or may."""
        return self._comparisons[model.provider].name_now(model) if self._renames else None

    def _leaves(self, finding: Finding) -> Iterator[Model]:
        if finding.code in (ABSENT, RENAMED):
            model = self._fleet.providers[finding.provider].models[str(finding.model)]
            if self._new_name(model) is None and not self._comparisons[model.provider].at_peers(model):
                yield model

    def _find_held(self, drift: list[Finding]) -> Mapping[str, str]:
        """Why models that would leave have to stay, by composite id."""
        leaving = {model.composite_id for model in self._leaving}
        joining = [f"{finding.provider}/{finding.model}" for finding in drift if finding.code == UNDECLARED]
        if not self._renames:
            joining += [f"{finding.provider}/{finding.renamed_to}" for finding in drift if finding.renamed_to]
        return self._references.held(leaving, joining)

    def _removal(self, finding: Finding, model: Model) -> Proposal | Kept:
        name = model.composite_id
        stays = f"`{name}` stays declared, though its host does not serve it"
        comparison = self._comparisons[model.provider]
        if comparison.at_peers(model):
            why = which_peer(comparison, model)
            return Kept(f"{stays} by this name: {why}", finding.code, model.provider, model.id)
        if name in self._held:
            why = f"{self._held[name]}, then adopt again"
            return Kept(f"{stays}: {why}", finding.code, model.provider, model.id)
        overrides = "".join(
            f"; the context override {override} goes on matching others"
            for override in self._references.overrides_of(name)
        )
        what = f"`{name}` is removed: its host does not serve it{overrides}"
        return Proposal.of(finding, model.id, what, stays, Removal(path_of(model)))

    def _rename(self, finding: Finding, model: Model, new_name: str) -> Proposal:
        name, upstream = model.composite_id, (*path_of(model), "upstream")
        stays = f"`{name}` is still sent to its host as `{model.upstream}`"
        if new_name == model.id:
            what = f"`{name}` is sent to its host under its own id, which it probably has there now"
            return Proposal.of(finding, model.id, what, stays, Removal(upstream))
        what = (
            f"`{name}` is sent to its host as {shown(new_name)}, as it is probably called there now; "
            "its id stays, and all that names it"
        )
        return Proposal.of(finding, model.id, what, stays, Setting(upstream, new_name))

    # models that came

    def _find_taken(self) -> dict[tuple[str, str], str]:
        """Provider and folded name -> an id or alias that is declared and does not leave."""
        left = {model.composite_id for model in self._leaving} - self._held.keys()
        return {
            (model.provider, name.casefold()): name
            for model in self._fleet.models()
            if model.composite_id not in left
            for name in (model.id, *model.aliases)
        }

    def _other_side(self, finding: Finding, name: str) -> Iterator[Proposal | Kept]:
        """The addition of what is not taken for a renamed model; two that went may have this one name."""
        if self._taken.get((finding.provider, name.casefold())) != name:
            yield self._addition(finding, name)

    def _addition(self, finding: Finding, name: str) -> Proposal | Kept:
        provider = finding.provider
        stays = f"{shown(name)} of `{provider}` stays undeclared"
        comparison, key = self._comparisons[provider], (provider, name.casefold())
        seen = comparison.seen_by_name[name]
        problem = comparison.problem_of_id(name)
        if problem is None and key in self._taken:
            problem = f"differs from `{self._taken[key]}` by case only"
        if problem is not None:
            why = how_to_do_without(comparison, seen, problem)
            return Kept(f"{stays}: {why}", finding.code, provider, name)
        self._taken[key] = name
        declared = declaration_of(seen)
        tokens = declared.get("context")
        window = (
            f"the window of {tokens} tokens that its host serves"
            if isinstance(tokens, int)
            else "an unknown window"
        )
        chat = doubt = ""
        if seen.type is None:
            chat, doubt = " as a chat model", "; if it is none, write its type, such as `type: embedding`"
        what = f"`{provider}/{name}` is added{chat} with {window}{doubt}"
        edit = Setting(("providers", provider, "models", name), declared)
        return Proposal.of(finding, name, what, stays, edit)

    # what differs

    def _alias(self, finding: Finding, model: Model, alias: str) -> Proposal:
        what = f"`{model.composite_id}` loses the alias `{alias}`, which its host does not know for it"
        stays = f"`{model.composite_id}` keeps the alias `{alias}`"
        edit = Removal((*path_of(model), "aliases", model.aliases.index(alias)))
        return Proposal.of(finding, model.id, what, stays, edit)

    def _window(self, finding: Finding, model: Model, served: int) -> Proposal | Kept:
        name, origin = model.composite_id, model.limits.context_origin
        stays = f"`{name}` keeps its window of {model.limits.context} tokens"
        edit: Edit = Setting((*path_of(model), "context"), served)
        how = ""
        if origin.override is not None:
            override = self._declaration.context_overrides[origin.override].match
            said = self._references.override(origin.override)
            if not self._references.others(override, name):
                edit = Setting(("context_overrides", origin.override, "context"), served)
                how = f", in the context override {said}"
            elif self._references.others(name, name):
                why = "no override can be written for it alone, since `*` in its id would match others too"
                return Kept(f"{stays}: {why}", finding.code, model.provider, model.id)
            else:
                edit = Appending(("context_overrides",), {"match": name, "context": served})
                how = f", in a context override of its own, since {said} is for others too"
        elif origin.rule is LimitRule.DEFAULTS:
            how = ", declared on the model, since others share the default of the provider"
        limits = list(limits_beyond(self._examination, model, served))
        loses = "".join(f"; its `{limit}` no longer fits and is removed" for limit in limits)
        what = f"`{name}` has a window of {served} tokens instead of {model.limits.context}{how}{loses}"
        return Proposal.of(
            finding, model.id, what, stays, edit, *(Removal((*path_of(model), limit)) for limit in limits)
        )


def path_of(model: Model) -> Path:
    """Where a model is declared."""
    return ("providers", model.provider, "models", model.id)
