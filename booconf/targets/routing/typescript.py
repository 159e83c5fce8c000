"""routing.ts: the static table and the one `resolve`, for Node, Bun and browsers."""

from collections.abc import Iterator

from booconf.declaration.ids import MODEL_ID_LENGTH, REFUSED_IN_MODEL_ID
from booconf.fleet.model import Fleet
from booconf.targets.artifact import Artifact
from booconf.targets.literals.code import GeneratedCode
from booconf.targets.literals.typescript import constant, regular_expression, union
from booconf.targets.routing.table import legacy_record, provider_records, roles_record, word_types
from booconf.targets.template import render


def emit(fleet: Fleet) -> Iterator[Artifact]:
    """The module, as prettier leaves it."""
    model_ids = [model.composite_id for model in fleet.models()]
    values = {
        **word_types(union),
        "model_ids": constant("export const MODEL_IDS", model_ids, " as const"),
        "provider_ids": constant("export const PROVIDER_IDS", list(fleet.providers), " as const"),
        "default_provider": constant("export const DEFAULT_PROVIDER: ProviderId", fleet.default_provider),
        "roles": constant("export const ROLES: Roles", roles_record(fleet)),
        "legacy": constant("export const LEGACY: Legacy", legacy_record(fleet)),
        "providers": constant("export const PROVIDERS: readonly Provider[]", provider_records(fleet)),
        "refused": regular_expression(REFUSED_IN_MODEL_ID),
        "model_id_length": GeneratedCode(str(MODEL_ID_LENGTH)),
    }
    yield Artifact("routing.ts", render("routing.ts.jinja", values))
