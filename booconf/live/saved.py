"""Write and read a file of observations (`diff --save`, `--observed`; schema/observations.schema.json).

The file contains the fields of each Observation, so no secret. A file that is read is untrusted input.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii
from typing import get_args

from booconf.declaration.enums import Kind, ModelType
from booconf.escaping import escaped
from booconf.fleet.model import Fleet, Provider
from booconf.json_text import Json, json_text
from booconf.live.json_decoder import InvalidContentError, Node, ShapeError, decode_json
from booconf.live.limits import LARGEST_WINDOW
from booconf.live.observation import NameRole, Observation, Outcome, SeenModel, Window

VERSION = 1

LARGEST_FILE = 64 << 20
"""Bytes of a file that is read."""

_KINDS: Mapping[str, Kind] = {kind: kind for kind in get_args(Kind)}
_TYPES: Mapping[str, ModelType] = {kind: kind for kind in get_args(ModelType)}
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_ROLES = {role.value: role for role in NameRole}


class SavedObservationsError(Exception):
    """A file that cannot be used; the message follows its name and includes advice."""


@dataclass(frozen=True, slots=True)
class _Saved:
    """The entry of one provider: its declaration at that time, and its observation."""

    kind: Kind
    base_url: str
    api_base: str
    sidecar: str | None
    observation: Observation


def dump(fleet: Fleet, observations: Mapping[str, Observation]) -> str:
    """Return the text of a file: the observations in the order of the fleet, each with its declaration."""
    providers: dict[str, Json] = {
        provider.id: {
            "kind": provider.kind,
            "base_url": provider.base_url,
            "api_base": provider.api_base,
            "sidecar": _sidecar_of(provider),
            "observation": _observation_json(observations[provider.id]),
        }
        for provider in fleet.providers.values()
        if provider.id in observations
    }
    return json_text({"version": VERSION, "providers": providers}, encode_basestring_ascii)


def is_saved(raw: bytes) -> bool:
    """True if the outline of a file is that of saved observations of any version."""
    try:
        document = decode_json(raw, LARGEST_FILE) if len(raw) <= LARGEST_FILE else None
    except InvalidContentError:
        return False
    if not isinstance(document, dict) or document.keys() != {"version", "providers"}:
        return False
    providers = document["providers"]
    return isinstance(providers, dict) and all(
        isinstance(provider, dict) and "observation" in provider for provider in providers.values()
    )


def restore(raw: bytes, fleet: Fleet, providers: Collection[str]) -> dict[str, Observation]:
    """Return the saved observations of these providers; NOT_RECORDED for one that was declared differently.

    Raises SavedObservationsError.
    """
    document = _document(raw)
    try:
        _, providers_node = Node(document, "").record("version", "providers")
        saved = {name: _saved(node) for name, node in providers_node.members().items()}
    except ShapeError as error:
        raise _unusable(escaped(str(error))) from None
    return {name: _of_provider(saved.get(name), fleet.providers[name]) for name in providers}


def _of_provider(saved: _Saved | None, provider: Provider) -> Observation:
    """Return the observation of `provider` if its declaration has not changed, else NOT_RECORDED."""
    changed = _what_changed(saved, provider) if saved else "no observation of it was saved"
    return saved.observation if saved and not changed else Observation(Outcome.NOT_RECORDED, changed)


def _what_changed(saved: _Saved, provider: Provider) -> str:
    """Return why a saved observation does not apply to `provider` as it is declared now, or an empty text."""
    if saved.kind != provider.kind:
        return f"the saved observation is of a host of kind `{saved.kind}`"
    addresses = {
        "base_url": (saved.base_url, provider.base_url),
        "api_path": (saved.api_base, provider.api_base),
        "sidecar": (saved.sidecar, _sidecar_of(provider)),
    }
    for key, (then, now) in addresses.items():
        if then != now:
            return f"the saved observation is of another `{key}`"
    was_optional = saved.observation.outcome is Outcome.SKIPPED
    return "it was skipped then, being `optional`" if was_optional and not provider.optional else ""


def _sidecar_of(provider: Provider) -> str | None:
    return provider.sidecar.base_url if provider.sidecar else None


def _document(raw: bytes) -> dict[str, object]:
    """Return the JSON object of a file of this version."""
    if len(raw) > LARGEST_FILE:
        raise SavedObservationsError(
            f"this is larger than {LARGEST_FILE >> 20} MiB; save fewer hosts at once with "
            "`booconf diff --provider ID --save FILE`"
        )
    try:
        document = decode_json(raw, LARGEST_FILE)
    except InvalidContentError as error:
        raise _unusable(f"this {error}") from None
    if not isinstance(document, dict) or "version" not in document:
        raise _unusable("this contains no saved observations")
    version = document["version"]
    if type(version) is not int or version != VERSION:
        raise _unusable(f"this is of another version; this booconf reads version {VERSION}")
    return document


def _unusable(defect: str) -> SavedObservationsError:
    return SavedObservationsError(f"{defect}; save it anew with `booconf diff --save FILE`")


def _observation_json(observation: Observation) -> Json:
    names = observation.other_names
    return {
        "outcome": observation.outcome.value,
        "detail": observation.detail,
        "models": [_model_json(model) for model in observation.models],
        "other_names": None if names is None else {name: names[name].value for name in sorted(names)},
        "repeated": observation.repeated,
        "remarks": observation.remarks,
        "sidecar": observation.sidecar,
        "by_connect": observation.by_connect,
        "path_missing": observation.path_missing,
    }


def _model_json(model: SeenModel) -> Json:
    window = model.window
    return {
        "id": model.id,
        "window": {
            "tokens": window.tokens,
            "reason": window.reason,
            "running": window.running,
            "block": window.block,
            "from_command": window.from_command,
        },
        "aliases": model.aliases,
        "equivalents": model.equivalents,
        "type": model.type,
        "unlisted": model.is_unlisted,
    }


def _saved(node: Node) -> _Saved:
    kind, base_url, api_base, sidecar, observation = node.record(
        "kind", "base_url", "api_base", "sidecar", "observation"
    )
    return _Saved(
        kind.word(_KINDS),
        base_url.text(),
        api_base.text(),
        sidecar.optional(Node.text),
        _observation(observation),
    )


def _observation(node: Node) -> Observation:
    outcome, detail, models, other_names, repeated, remarks, sidecar, by_connect, path_missing = node.record(
        "outcome",
        "detail",
        "models",
        "other_names",
        "repeated",
        "remarks",
        "sidecar",
        "by_connect",
        "path_missing",
    )
    return Observation(
        outcome=outcome.word(_OUTCOMES),
        detail=detail.text(),
        models=tuple(_models(models)),
        other_names=other_names.optional(_other_names),
        repeated=repeated.texts(),
        remarks=remarks.texts(),
        sidecar=sidecar.optional(Node.text),
        by_connect=by_connect.truth(),
        path_missing=path_missing.truth(),
    )


def _other_names(node: Node) -> dict[str, NameRole]:
    return {name: role.word(_ROLES) for name, role in node.members().items()}


def _models(node: Node) -> Iterator[SeenModel]:
    """Yield the models, each id once."""
    ids: set[str] = set()
    for element in node.elements():
        model = _model(element)
        if model.id in ids:
            raise element.members()["id"].error("is the id of an earlier one")
        ids.add(model.id)
        yield model


def _model(node: Node) -> SeenModel:
    model_id, window, aliases, equivalents, model_type, unlisted = node.record(
        "id", "window", "aliases", "equivalents", "type", "unlisted"
    )
    return SeenModel(
        id=model_id.text(),
        window=_window(window),
        aliases=aliases.optional(Node.texts),
        equivalents=equivalents.texts(),
        type=model_type.optional(_model_type),
        is_unlisted=unlisted.truth(),
    )


def _model_type(node: Node) -> ModelType:
    return node.word(_TYPES)


def _window(node: Node) -> Window:
    tokens, reason, running, block, from_command = node.record(
        "tokens", "reason", "running", "block", "from_command"
    )
    return Window(
        tokens.optional(_tokens),
        reason.text(),
        running.optional(_tokens),
        _tokens(block),
        from_command.truth(),
    )


def _tokens(node: Node) -> int:
    return node.number(LARGEST_WINDOW)
