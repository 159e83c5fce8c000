"""What fleet.yaml would have to say to match each finding, or why it should not say so."""

from collections.abc import Iterable, Iterator, Mapping

from booconf.declaration.grammar import declared_model_id_problem
from booconf.drift.comparison import Comparison
from booconf.drift.proposal import Kept, Proposal
from booconf.drift.references import References
from booconf.drift.result import Category, Finding
from booconf.drift.undeclared import declaration_of
from booconf.drift.wording import shown
from booconf.fleet.assemble import BARE_MODEL
from booconf.fleet.examination import Examination
from booconf.fleet.model import LimitRule, Model
from booconf.live.observation import Observation
from booconf.source import Path
from booconf.source.editing import Appending, Edit, Removal, Setting

ABSENT, UNDECLARED, ABSENT_TARGET, RENAMED, ALIAS = "BC701", "BC702", "BC703", "BC704", "BC705"
WINDOWS = ("BC706", "BC707")


def propose(
    examination: Examination,
    findings: Iterable[Finding],
    observations: Mapping[str, Observation],
    *,
    renames: bool,
) -> list[Proposal | Kept]:
    """For each finding but notes: the edits that answer it, or why there are none.

    Without `renames` a model under a probable new name is one that went and another that came.
    """
    return list(_Proposals(examination, tuple(findings), observations, renames=renames).all())


class _Proposals:
    """What is known while the findings of one comparison are answered."""

    def __init__(
        self,
        examination: Examination,
        findings: tuple[Finding, ...],
        observations: Mapping[str, Observation],
        *,
        renames: bool,
    ) -> None:
        self._examination = examination
        self._fleet = examination.fleet
        self._declaration = examination.declaration
        self._references = References(examination)
        self._findings = findings
        self._renames = renames
        self._comparisons = {
            provider.id: Comparison(examination, provider, observations[provider.id], {})
            for provider in self._fleet.providers.values()
            if provider.id in observations
        }
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
            new_name = self._new_name(finding, model)
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

    def _new_name(self, finding: Finding, model: Model) -> str | None:
        """Under which name the host serves an absent model now; None when it does not, as far as is known."""
        if not self._renames:
            return None
        if finding.renamed_to is not None:
            return finding.renamed_to
        seen_by_name = self._comparisons[model.provider].seen_by_name
        if model.id in seen_by_name:
            return model.id
        return next((seen_by_name[alias].id for alias in model.aliases if alias in seen_by_name), None)

    def _leaves(self, finding: Finding) -> Iterator[Model]:
        if finding.code in (ABSENT, RENAMED):
            model = self._fleet.providers[finding.provider].models[str(finding.model)]
            if self._new_name(finding, model) is None:
                yield model

    def _find_held(self, drift: list[Finding]) -> Mapping[str, str]:
        """Why models that would leave have to stay, by composite id."""
        by_name = self._references.by_name
        leaving = {model.composite_id for model in self._leaving}
        joining = [f"{finding.provider}/{finding.model}" for finding in drift if finding.code == UNDECLARED]
        if not self._renames:
            joining += [f"{finding.provider}/{finding.renamed_to}" for finding in drift if finding.renamed_to]
        return {
            **self._references.held_by_overrides(leaving - by_name.keys(), joining),
            **{
                composite_id: f"{', '.join(by_name[composite_id])}; name another model there"
                for composite_id in leaving & by_name.keys()
            },
        }

    def _removal(self, finding: Finding, model: Model) -> Proposal | Kept:
        name = model.composite_id
        stays = f"`{name}` stays declared, though its host does not serve it"
        if name in self._held:
            return Kept(
                f"{stays}: {self._held[name]}, then adopt again", finding.code, model.provider, model.id
            )
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
            what = f"`{name}` is sent to its host under its own id, which it has there now"
            return Proposal.of(finding, model.id, what, stays, Removal(upstream))
        probably = "probably " if finding.renamed_to is not None else ""
        what = (
            f"`{name}` is sent to its host as {shown(new_name)}, as it is {probably}called there now; "
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
        key = provider, name.casefold()
        problem = declared_model_id_problem(name)
        if problem is None and key in self._taken:
            problem = f"differs from `{self._taken[key]}` by case only"
        if problem is not None:
            why = f"this name {problem}; write it as `upstream` of a model, or add a pattern to `ignore`"
            return Kept(f"{stays}: {why}", finding.code, provider, name)
        self._taken[key] = name
        (seen,) = (seen for seen in self._comparisons[provider].listed if seen.id == name)
        tokens = seen.window.tokens
        window = (
            "an unknown window" if tokens is None else f"the window of {tokens} tokens that its host serves"
        )
        what = f"`{provider}/{name}` is added with {window}"
        edit = Setting(("providers", provider, "models", name), declaration_of(seen))
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
            place = self._references.place("context_overrides", origin.override)
            if not self._references.others(override, name):
                edit = Setting(("context_overrides", origin.override, "context"), served)
                how = f", in the context override `{override}` ({place})"
            elif self._references.others(name, name):
                why = "no override can be written for it alone, since `*` in its id would match others too"
                return Kept(f"{stays}: {why}", finding.code, model.provider, model.id)
            else:
                edit = Appending(("context_overrides",), {"match": name, "context": served})
                how = f", in a context override of its own, since `{override}` ({place}) is for others too"
        elif origin.rule is LimitRule.DEFAULTS:
            how = ", declared on the model, since others share the default of the provider"
        limits = list(self._limits_beyond(model, served))
        loses = "".join(f"; its `{limit}` no longer fits and is removed" for limit in limits)
        what = f"`{name}` has a window of {served} tokens instead of {model.limits.context}{how}{loses}"
        return Proposal.of(
            finding, model.id, what, stays, edit, *(Removal((*path_of(model), limit)) for limit in limits)
        )

    def _limits_beyond(self, model: Model, window: int) -> Iterator[str]:
        """The limits that a model declares and that do not fit into `window`, in tokens."""
        declared = self._declaration.providers[model.provider].models[model.id] or BARE_MODEL
        if declared.input is not None and declared.input > window:
            yield "input"
        if declared.output is not None and declared.output >= window:
            yield "output"


def path_of(model: Model) -> Path:
    """Where a model is declared."""
    return ("providers", model.provider, "models", model.id)
