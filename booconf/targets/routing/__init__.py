"""Emit the routing modules: from a Fleet to TypeScript and Python source, by a table and a template each.

Templates contain layout only; a value that no literal emitter wrote is an error.
"""

from jinja2 import Environment, FunctionLoader, StrictUndefined

from booconf.declaration.ids import MODEL_ID_LENGTH, REFUSED_IN_MODEL_ID
from booconf.fleet.model import Fleet
from booconf.resources import read_resource, resource_folder
from booconf.targets import Artifact, Output
from booconf.targets.literals import GeneratedCode, python, typescript
from booconf.targets.routing.table import enum_types, legacy_record, provider_records, roles_record


class UnquotedTextError(TypeError):
    """A template received text that no literal emitter wrote: a bug of booconf."""


def emit_typescript(fleet: Fleet) -> Output:
    """routing.ts for Node, Bun and browsers, formatted as prettier formats it."""
    constant, model_ids = typescript.constant, [model.composite_id for model in fleet.models()]
    values = {
        **enum_types(typescript.union),
        "model_ids": constant("export const MODEL_IDS", model_ids, " as const"),
        "provider_ids": constant("export const PROVIDER_IDS", list(fleet.providers), " as const"),
        "default_provider": constant("export const DEFAULT_PROVIDER: ProviderId", fleet.default_provider),
        "roles": constant("export const ROLES: Roles", roles_record(fleet)),
        "legacy": constant("export const LEGACY: Legacy", legacy_record(fleet)),
        "providers": constant("export const PROVIDERS: readonly Provider[]", provider_records(fleet)),
        "refused": typescript.regular_expression(REFUSED_IN_MODEL_ID),
        "model_id_length": GeneratedCode(str(MODEL_ID_LENGTH)),
    }
    return Output((Artifact("routing.ts", render("routing.ts.jinja", values)),))


def emit_python(fleet: Fleet) -> Output:
    """routing.py for Python 3.11 and later, formatted as `ruff format` formats it."""
    constant, union = python.constant, python.union
    values = {
        **enum_types(union),
        "model_id": union("ModelId", [model.composite_id for model in fleet.models()]),
        "provider_id": union("ProviderId", list(fleet.providers)),
        "default_provider": constant("DEFAULT_PROVIDER: Final[ProviderId]", fleet.default_provider),
        "roles": constant("ROLES: Final", roles_record(fleet)),
        "legacy": constant("LEGACY: Final", legacy_record(fleet)),
        "providers": constant("PROVIDERS: Final[tuple[Provider, ...]]", provider_records(fleet)),
        "refused": python.regular_expression(REFUSED_IN_MODEL_ID),
        "model_id_length": GeneratedCode(str(MODEL_ID_LENGTH)),
    }
    return Output((Artifact("routing.py", render("routing.py.jinja", values)),))


def render(template: str, values: dict[str, GeneratedCode]) -> str:
    """The text of templates/`template` with `values` inserted; UnquotedTextError if one is no code."""
    environment = Environment(  # noqa: S701 - source text, not HTML; the literal emitters escape
        loader=FunctionLoader(lambda name: read_resource(resource_folder("templates") / name)),
        undefined=StrictUndefined,
        finalize=_require_code,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    return environment.get_template(template).render(values)


def _require_code(value: object) -> object:
    if isinstance(value, GeneratedCode | StrictUndefined):
        return value
    message = f"a template received {type(value).__name__} instead of generated code"
    raise UnquotedTextError(message)
