"""vectors.json: inputs and the answers of the compiler's resolver, for tests in any language.

Tests compare the generated modules with them, and consumers can do the same (schema/vectors.schema.json).
"""

from collections.abc import Callable, Iterator

from booconf.declaration.ids import MODEL_ID_LENGTH
from booconf.fleet.model import Fleet, Provider
from booconf.fleet.resolve import ResolutionError, Resolver
from booconf.fleet.serialize import route_json, view_json
from booconf.fleet.view import catalog_view
from booconf.json_text import Json, json_text
from booconf.targets import Artifact, Output

FORMAT_VERSION = 1

UNDECLARED = "not-declared:1b@q4"
"""A model name that fleets are unlikely to declare."""

MALFORMED = (
    "", " ", "#", "a,b", "a b", "\t", "a\nb", "\u00a0", "\u2028", "\ufeffa", "\x7f", "../a", "a/../b", "a/.",
    ".", "m" * (MODEL_ID_LENGTH + 1),
)  # fmt: skip
"""Ids that are errors for every fleet."""

UNUSUAL = (
    "/", "//", "/lead", "trail/", "...", "a/.../b", "constructor", "__proto__", "toString", "0", "1e3",
    "null", "é", "\U0001f916" * MODEL_ID_LENGTH, "favorites", "favorites/x", '"', "\\", "'", "`${x}`",
    "{env:HOME}", "</script>",
)  # fmt: skip
"""Well-formed ids that reveal errors of careless implementations."""

ROLE_NAMES = ("default", "task", "compaction", "arena", "", "Default", "constructor", "__proto__")


def emit(fleet: Fleet) -> Output:
    """The vectors of `fleet`."""
    resolver = Resolver(fleet)
    ids = list(dict.fromkeys(_ids(fleet)))
    vectors: Json = {
        "version": FORMAT_VERSION,
        "resolve": [_answer(text, "route", lambda text: route_json(resolver.resolve(text))) for text in ids],
        "context_window": [
            _answer(text, "context", lambda text: resolver.resolve(text).context) for text in ids
        ],
        "to_opencode": [_answer(text, "reference", resolver.to_opencode) for text in ids],
        "from_opencode": [
            _answer(text, "id", resolver.from_opencode) for text in dict.fromkeys(_references(fleet))
        ],
        "role": [_answer(name, "ids", resolver.role) for name in ROLE_NAMES],
        "catalog_view": list(_views(fleet, resolver)),
    }
    return Output((Artifact("vectors.json", json_text(vectors)),))


def _answer(text: str, name: str, function: Callable[[str], Json]) -> Json:
    try:
        return {"input": text, name: function(text)}
    except ResolutionError as error:
        return {"input": text, "error": error.code}


def _ids(fleet: Fleet) -> Iterator[str]:
    """Every declared id and former name, undeclared names of each provider, and hostile input."""
    for provider in fleet.providers.values():
        for model in provider.models.values():
            yield from (model.composite_id, *(f"{provider.id}/{alias}" for alias in model.aliases))
        yield from _around(provider.id)
        yield from (f"{provider.id}/{name.upper()}" for name in list(provider.models)[:1])
    default = fleet.providers[fleet.default_provider]
    yield from (*default.models, *default.aliases)
    yield from fleet.legacy.bare_ids
    for former in fleet.legacy.providers:
        yield from (f"{former}/{name}" for name in list(default.models)[:1])
        yield from _around(former)
    yield from (UNDECLARED, f"no-such-provider/{UNDECLARED}", *UNUSUAL, *MALFORMED)


def _around(provider_id: str) -> Iterator[str]:
    yield from (
        f"{provider_id}/{UNDECLARED}",
        f"{provider_id}/__proto__",
        f"{provider_id}/nested/{UNDECLARED}",
        f"{provider_id}/",
        f"{provider_id}/..",
        f"{provider_id}/a b",
        provider_id,
        provider_id.upper() + "/x",
    )


def _references(fleet: Fleet) -> Iterator[str]:
    for provider in fleet.providers.values():
        for opencode_id in (provider.opencode_id, *provider.opencode_legacy_ids):
            yield from _references_of(provider, opencode_id)
    yield from (model.composite_id for model in fleet.models())
    yield from (f"no-such-provider/{UNDECLARED}", UNDECLARED, *UNUSUAL, *MALFORMED)


def _references_of(provider: Provider, opencode_id: str) -> Iterator[str]:
    for model in provider.models.values():
        yield from (f"{opencode_id}/{name}" for name in (model.id, *model.aliases))
    yield from _around(opencode_id)


def _views(fleet: Fleet, resolver: Resolver) -> Iterator[Json]:
    """The catalog views; their number is constant, so that the file grows linearly with the fleet."""
    ids = [model.composite_id for model in fleet.models()]
    keys = {provider.api_key_env: "set" for provider in fleet.providers.values() if provider.api_key_env}
    first, default = next(iter(fleet.providers)), fleet.providers[fleet.default_provider]
    some = [*ids[-3:], *ids[:2]]
    bare = [*list(default.models)[:2], *list(default.aliases)[:2], *list(fleet.legacy.bare_ids)[:2]]
    offline_favorite = [f"{first}/{name}" for name in list(fleet.providers[first].models)[:2]]
    for favorites, offline, env in (
        ([], [], {}),
        ([], [], keys),
        (some, [], keys),
        ([*bare, *some, *bare], [], keys),
        (offline_favorite, [first], keys),
        (some, list(fleet.providers), keys),
        (some, ["no-such-provider"], dict.fromkeys(keys, "")),
        ([*UNUSUAL, *MALFORMED, f"{first}/{UNDECLARED}"], [], {}),
    ):
        view = catalog_view(fleet, resolver, favorites=favorites, offline=offline, env=env)
        yield {"favorites": favorites, "offline": offline, "env": env, "view": view_json(view)}
