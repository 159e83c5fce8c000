"""`booconf explain`: the route of an id, how it was resolved, and the source of each limit."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from booconf.cli.console import Console, ExitCode, UsageError
from booconf.cli.fleet_file import load_valid, read_file
from booconf.diagnostics import Span
from booconf.escaping import escaped
from booconf.fleet.explanation import Explainer, Explanation, LimitExplanation, Reason
from booconf.fleet.model import Cost, Model, Provider, Route, Timeouts
from booconf.fleet.opencode_limits import (
    LARGEST_OUTPUT,
    OUTPUT_VARIABLE,
    compaction_size,
    input_limit,
    requested_output,
)
from booconf.fleet.opencode_names import name_matches, undone_parameters
from booconf.fleet.resolve import ResolutionError
from booconf.fleet.serialize import masked_body, masked_route_json

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class ExplainOptions:
    """Options of `booconf explain`."""

    file: str
    id: str | None


def run(options: ExplainOptions, console: Console) -> int:
    """Explain one id, or list all models with their context windows."""
    passed = load_valid(read_file(options.file), options.file)
    if options.id is None:
        models = list(passed.fleet.models())
        console.result(
            _json([_model_json(model) for model in models]) if console.format == "json" else _table(models)
        )
        return ExitCode.SUCCESS
    try:
        explanation = Explainer(passed).explain(options.id)
    except ResolutionError as error:
        raise UsageError(str(error)) from None
    console.result(_json(_explanation_json(explanation)) if console.format == "json" else _text(explanation))
    return ExitCode.SUCCESS


def _text(explanation: Explanation) -> str:
    rows = [*_route_rows(explanation), *_limit_rows(explanation)]
    if explanation.opencode and explanation.resolution.model:
        rows.append(("in opencode", _opencode_limits_text(explanation.resolution.model)))
        names = _name_texts(explanation.resolution.provider, explanation.resolution.model)
        rows += [("", text) for text in names]
    width = max(len(name) for name, _ in rows)
    lines = [f"  {name:{width}}  {escaped(value)}".rstrip() for name, value in rows]
    return "\n".join([escaped(explanation.route.id), *lines, ""])


def _route_rows(explanation: Explanation) -> Iterator[tuple[str, str]]:
    route, provider = explanation.route, explanation.resolution.provider
    yield "resolved", _resolution_text(explanation)
    yield (
        "declared",
        _location(explanation.declared_at)
        if explanation.declared_at
        else "no: an undeclared id has no limits",
    )
    yield "provider", f"{provider.label} ({route.kind}, {route.location})"
    yield "request", f"{route.request_base} ({'through the sidecar' if route.via_sidecar else 'direct'})"
    yield "upstream", route.upstream_model
    yield "type", route.type or "unknown"
    yield "apis", ", ".join(provider.apis)
    yield "key", _key(route)
    for name in route.headers:
        yield "header", name
    for name, member in masked_body(route.extra_body).items():
        yield "body", json.dumps({name: member}, ensure_ascii=False)
    if waits := _named(provider.timeouts, "{} {} s"):
        yield "timeouts", waits
    yield "capabilities", ", ".join(route.capabilities) or "none"
    model = explanation.resolution.model
    if model and model.efforts:
        yield "efforts", ", ".join(model.efforts)
    if model and model.cost:
        yield "cost", f"{_named(model.cost, '{} {}')} (US dollars a million tokens)"
    yield "opencode", explanation.opencode or "none: only declared chat models have one"
    yield "roles", _roles(explanation)
    if explanation.agents:
        yield "agents", ", ".join(explanation.agents)


def _roles(explanation: Explanation) -> str:
    fallbacks = explanation.fallback_roles
    named = ", ".join(name for name in explanation.roles if name not in fallbacks) or "none"
    return f"{named} (outside opencode also {', '.join(fallbacks)}: not named)" if fallbacks else named


def _key(route: Route) -> str:
    if route.api_key_env:
        return f"${route.api_key_env}"
    return f"the content of {route.api_key_file}" if route.api_key_file else "none"


def _named(values: Timeouts | Cost, form: str) -> str:
    """The values that are declared, each by its name."""
    return ", ".join(form.format(name, value) for name, value in asdict(values).items() if value is not None)


def _resolution_text(explanation: Explanation) -> str:
    if explanation.is_opencode_reference:
        return f"`{explanation.text}` is an opencode reference"
    found = explanation.resolution
    is_alias = found.model is not None and found.name != found.model.id
    return f"{found.step}{'; the name is an alias' if is_alias else ''}"


def _limit_rows(explanation: Explanation) -> Iterator[tuple[str, str]]:
    for limit in explanation.limits:
        yield limit.name, _reason(limit.decided_by)
        for reason in limit.overruled:
            yield "", f"wins over {_reason(reason)}"


def _opencode_limits_text(model: Model) -> str:
    """The limits in opencode's files, and their effect there."""
    output, asked = model.limits.output, f"asks for {requested_output(model)}"
    if model.limits.context is None:
        return f"no limits: {asked}, never compacts"
    if output is not None and output > LARGEST_OUTPUT:
        asked += f" unless {OUTPUT_VARIABLE} is set"
    numbers = f"context {model.limits.context}, input {input_limit(model)}, output {output}"
    return f"{numbers}: {asked}, compacts at {compaction_size(model)}"


def _name_texts(provider: Provider, model: Model) -> Iterator[str]:
    """The rules by which opencode changes requests for the names of a model."""
    undone = undone_parameters(provider, model)
    for match in name_matches(provider, model):
        end = "; undone in its files" if match.rule.parameter in undone else ""
        yield f"{match.rule.effect} (`{match.part}` in the {match.rule.field}){end}"


def _reason(reason: Reason) -> str:
    value = "unknown" if reason.value is None else str(reason.value)
    place = f" at {_location(reason.place)}" if reason.place else ""
    remark = f" ({reason.remark})" if reason.remark else ""
    return f"{value}: {reason.rule}{place}{remark}"


def _location(span: Span) -> str:
    return f"{span.file}:{span.start.line}:{span.start.column}"


def _table(models: list[Model]) -> str:
    rows = [("id", "type", "context", "output", "window from")]
    rows += [
        (
            model.composite_id,
            model.type,
            _number(model.limits.context),
            _number(model.limits.output),
            model.limits.context_origin.rule,
        )
        for model in models
    ]
    widths = [max(len(escaped(row[column])) for row in rows) for column in range(len(rows[0]))]
    cells = [[escaped(cell).ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    return "".join("  ".join(row).rstrip() + "\n" for row in cells)


def _number(value: int | None) -> str:
    return "-" if value is None else str(value)


def _json(value: object) -> str:
    return json.dumps({"version": FORMAT_VERSION, "explained": value}, indent=2) + "\n"


def _model_json(model: Model) -> dict[str, object]:
    limits = model.limits
    return {
        "id": model.composite_id,
        "type": model.type,
        "context": limits.context,
        "input": limits.input,
        "output": limits.output,
        "context_rule": limits.context_origin.rule,
    }


def _explanation_json(explanation: Explanation) -> dict[str, object]:
    provider, model = explanation.resolution.provider, explanation.resolution.model
    return {
        "input": explanation.text,
        "is_opencode_reference": explanation.is_opencode_reference,
        "resolved_by": explanation.resolution.step,
        "route": masked_route_json(explanation.route),
        "declared_at": explanation.declared_at and _location(explanation.declared_at),
        "apis": provider.apis,
        "timeouts": asdict(provider.timeouts),
        "efforts": model.efforts if model else (),
        "cost": asdict(model.cost) if model and model.cost else None,
        "opencode": explanation.opencode,
        "roles": explanation.roles,
        "agents": explanation.agents,
        "limits": {limit.name: _limit_json(limit) for limit in explanation.limits},
        "opencode_limits": _opencode_limits_json(explanation),
        "opencode_names": [*_name_texts(provider, model)] if model and explanation.opencode else [],
    }


def _opencode_limits_json(explanation: Explanation) -> dict[str, object] | None:
    model = explanation.resolution.model
    if model is None or not explanation.opencode:
        return None
    return {
        "context": model.limits.context,
        "input": input_limit(model),
        "output": model.limits.output,
        "requested_output": requested_output(model),
        "compaction_size": compaction_size(model),
    }


def _limit_json(limit: LimitExplanation) -> dict[str, object]:
    return {
        "value": limit.value,
        "decided_by": _reason_json(limit.decided_by),
        "overruled": [_reason_json(reason) for reason in limit.overruled],
    }


def _reason_json(reason: Reason) -> dict[str, object]:
    return {
        "value": reason.value,
        "rule": reason.rule,
        "place": reason.place and _location(reason.place),
        "remark": reason.remark,
    }
