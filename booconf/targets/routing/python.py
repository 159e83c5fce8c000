"""routing.py: the static table and the one `resolve`, for Python 3.11 and later."""

from collections.abc import Iterator

from booconf.declaration.ids import MODEL_ID_LENGTH, REFUSED_IN_MODEL_ID
from booconf.fleet.model import Fleet
from booconf.targets.artifact import Artifact
from booconf.targets.literals.code import GeneratedCode
from booconf.targets.literals.python import constant, regular_expression, union
from booconf.targets.routing.table import legacy_record, provider_records, roles_record, word_types
from booconf.targets.template import render


def emit(fleet: Fleet) -> Iterator[Artifact]:
    """The module, as `ruff format` leaves it."""
    values = {
        **word_types(union),
        "model_id": union("ModelId", [model.composite_id for model in fleet.models()]),
        "provider_id": union("ProviderId", list(fleet.providers)),
        "default_provider": constant("DEFAULT_PROVIDER: Final[ProviderId]", fleet.default_provider),
        "roles": constant("ROLES: Final", roles_record(fleet)),
        "legacy": constant("LEGACY: Final", legacy_record(fleet)),
        "providers": constant("PROVIDERS: Final[tuple[Provider, ...]]", provider_records(fleet)),
        "refused": regular_expression(REFUSED_IN_MODEL_ID),
        "model_id_length": GeneratedCode(str(MODEL_ID_LENGTH)),
    }
    yield Artifact("routing.py", render("routing.py.jinja", values))
