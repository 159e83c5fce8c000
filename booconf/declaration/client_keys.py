"""Keys of opencode and of request bodies that people write in fleet.yaml, with the key that does the same.

The keys of opencode are those of its configuration (opencode 1.18.33, https://opencode.ai/config.json). Keys
are compared without case, `_` and `-`, so that `chunkTimeout` and `chunk_timeout` are one.
"""

from pydantic import BaseModel

from booconf.declaration.model_schema import ModelDeclaration
from booconf.declaration.schema import (
    FleetDeclaration,
    ProviderDeclaration,
    RolesDeclaration,
    TimeoutsDeclaration,
)

_OWN_FILE = "set it in your own opencode.json"
_SAME_IDS = f"{_OWN_FILE}, under the same provider and model id"

_TOTAL = "write `timeouts: {total: SECONDS}` at the provider"
_HEADER = "write `timeouts: {header: SECONDS}` at the provider"
_CHUNK = "write `timeouts: {chunk: SECONDS}` at the provider"
_KEY = "write `api_key_env` with the name of a variable, or `api_key_file` with the path of a file"
_AGENT = "write `opencode: {agents: {AGENT: PROVIDER/MODEL}}`"
_NAME = "write `label`"
_CAPABILITY = "write `capabilities: [{}]`"

_FLEET = {
    "provider": "write `providers`",
    "model": "write `roles: {default: PROVIDER/MODEL}`",
    "smallmodel": "write `roles: {task: PROVIDER/MODEL}`",
    "agent": f"{_AGENT} for its model; its other settings may stand in your own opencode.json",
    "agents": _AGENT,
    **dict.fromkeys(
        ("command", "compaction", "instructions", "mcp", "permission", "plugin"),
        f"{_OWN_FILE}, which opencode merges with the generated one",
    ),
    **dict.fromkeys(
        ("disabledproviders", "enabledproviders"),
        f"{_OWN_FILE}, beside the generated `additions.json`; the generated `opencode.json` has its own list",
    ),
    **dict.fromkeys(
        ("env", "envfile"),
        "set the variables in the environment of the clients; here only their names are written",
    ),
}
_ROLES = dict.fromkeys(("build", "explore", "general", "plan", "summary"), f"{_AGENT} at the top level") | {
    "smallmodel": "write `task`",
    "title": "write `task`",
}
_PROVIDER = {
    "apikey": _KEY,
    "baseurl": "write `base_url`, without the API path",
    "env": "write `api_key_env` with the name of the variable",
    "envfile": f"{_KEY}; no file of variables is read",
    "name": _NAME,
    "npm": "write `apis: [responses]` or `apis: [messages]`; without it, chat completions are used",
    "options": "write its members as keys of the provider: `base_url`, `api_key_env`, `headers`, `timeouts`; "
    "members of the request body are `extra_body` of a model",
    "timeout": _TOTAL,
    "headertimeout": _HEADER,
    "chunktimeout": _CHUNK,
    "setcachekey": f"{_OWN_FILE}, in `options` of the same provider id",
    "temperature": f"{_CAPABILITY.format('temperature')} at the model",
    "variants": "write `efforts` at the model",
    **dict.fromkeys(("blacklist", "whitelist"), "declare only the models that clients may show"),
}
_BODY_MEMBERS = (
    "chat_template_kwargs",
    "frequency_penalty",
    "min_p",
    "presence_penalty",
    "reasoning_effort",
    "repeat_penalty",
    "repetition_penalty",
    "seed",
    "stop",
    "thinking",
    "top_k",
    "top_p",
)
_MODEL = {
    "attachment": _CAPABILITY.format("vision"),
    "chunktimeout": _CHUNK,
    "headertimeout": _HEADER,
    "headers": f"move it to the provider; for one model, {_SAME_IDS}",
    "id": "write `upstream`",
    "interleaved": "write `reasoning_field` with the name of the field",
    "limit": "write its members as keys of the model: `context`, `input`, `output`",
    "maxtokens": "write `output`",
    "modalities": f"{_CAPABILITY.format('vision')} for images; for others, {_SAME_IDS}, in a project's file: "
    "the generated list wins over that of a global file",
    "name": _NAME,
    "npm": "write `apis` at the provider",
    "options": "write `extra_body`; its members are sent as they stand",
    "provider": "write `apis` at the provider",
    "reasoning": _CAPABILITY.format("reasoning"),
    "setcachekey": f"{_OWN_FILE}, in `options` of the same provider id",
    "temperature": "write `capabilities: [temperature]`, which lets clients send one; "
    "for a fixed one, `extra_body: {temperature: VALUE}`",
    "timeout": _TOTAL,
    "toolcall": _CAPABILITY.format("tools"),
    "tools": _CAPABILITY.format("tools"),
    "variants": "write `efforts`; another preset is another model with the same `upstream`",
    "vision": _CAPABILITY.format("vision"),
    **dict.fromkeys(("experimental", "family", "releasedate", "status"), _SAME_IDS),
    **{name.replace("_", ""): f"write `extra_body: {{{name}: VALUE}}`" for name in _BODY_MEMBERS},
}
_TIMEOUTS = {
    "timeout": "write `total`, in seconds",
    "headertimeout": "write `header`, in seconds",
    "chunktimeout": "write `chunk`, in seconds",
}

ADVICE: dict[type[BaseModel], dict[str, str]] = {
    FleetDeclaration: _FLEET,
    RolesDeclaration: _ROLES,
    ProviderDeclaration: _PROVIDER,
    ModelDeclaration: _MODEL,
    TimeoutsDeclaration: _TIMEOUTS,
}
"""Mapping of fleet.yaml -> key without case, `_` and `-` -> help."""


def advice_for(key: str, mapping: type[BaseModel] | None) -> str | None:
    """The help for `key` of a client in a mapping of fleet.yaml, or None if no client has such a key."""
    table = ADVICE.get(mapping, {}) if mapping else {}
    return table.get(key.casefold().replace("_", "").replace("-", ""))
