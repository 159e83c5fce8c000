"""Which names of a host can be declared as they are."""

from booconf.declaration.ids import declared_model_id_problem
from booconf.drift.quoting import UNWRITABLE
from booconf.fleet.context import CheckContext
from booconf.fleet.model import Provider
from booconf.fleet.resolve import ResolutionError


def problem_of_id(examination: CheckContext, provider: Provider, name: str) -> str | None:
    """Why `name` alone cannot be an id or alias of a provider, or None; the words follow a subject."""
    return (
        declared_model_id_problem(name)
        or ("holds what is no text" if UNWRITABLE in name else None)
        or _meaning_elsewhere(examination, provider, name)
    )


def _meaning_elsewhere(examination: CheckContext, provider: Provider, name: str) -> str | None:
    """What else a name means where it stands alone, so that BC305, BC308 or BC321 refuses it here."""
    fleet = examination.fleet
    if provider.id == fleet.default_provider:
        first, slash, _ = name.partition("/")
        if slash and (first in fleet.providers or first in fleet.legacy.providers):
            return f"reads as an id of the provider `{first}`"
        if name in fleet.legacy.bare_ids:
            return f"is a legacy id, which means `{fleet.legacy.bare_ids[name]}`"
    elif provider.location == "local":
        try:
            found = examination.resolver.find(name)
        except ResolutionError:
            return None
        if found.provider.location == "cloud":
            return f"leads to the cloud provider `{found.provider.id}`"
    return None
