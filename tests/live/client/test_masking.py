"""Secrets that were sent to a host occur in nothing that is kept of its response."""

import json
from base64 import b64encode
from typing import get_args
from urllib.parse import quote

import pytest

from booconf.declaration.enums import Kind
from booconf.live.client import probe
from booconf.live.endpoint import MASK, SHORTEST_SECRET, Endpoint, prepare, secret_pattern
from booconf.live.observation import Observation, Outcome
from tests.hosts.faults import body
from tests.hosts.mirror import mirror
from tests.hosts.simulator import Behavior, Hosts, ReceivedRequest, Reply
from tests.support.fleets import fleet_of

KEY, TOKEN, USER, PASSWORD = "sk-canary-KEY-0001", 'canary/"token"+2=', "canary-user", "canary-password"
PAIR = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
ENVIRONMENT = {"KEY": KEY, "TOKEN": TOKEN, "PAIR": PAIR, "LEVEL": "1"}

FORMS = [
    form.lower()
    for secret in (KEY, TOKEN, PAIR, PASSWORD, f"{USER}:{PASSWORD}")
    for form in (
        secret,
        b64encode(secret.encode()).decode().rstrip("="),
        quote(secret, safe=""),
        quote(secret),
        json.dumps(secret)[1:-1],
    )
]


def observed(hosts: Hosts, kind: Kind, behavior: Behavior) -> Observation:
    """Probe a host with a key, and with headers from the environment."""
    text = f"""\
version: 1
default_provider: one
roles: {{default: one/m}}
providers:
  one:
    kind: {kind}
    base_url: {hosts.add(behavior).url}
    api_key_env: KEY
    headers:
      {{X-Token: '${{env:TOKEN}}', X-Pair: 'Basic ${{env:PAIR}}', X-Level: '${{env:LEVEL}}', X-Team: red}}
    models: {{m: {{context: 20000}}}}
"""
    prepared = prepare(fleet_of(text).providers["one"], ENVIRONMENT, None)
    assert isinstance(prepared, Endpoint)
    return probe({"one": prepared}, timeout=30)["one"]


def assert_masked(observation: Observation) -> None:
    """No form of a secret is part of anything in an observation."""
    text = repr(observation).lower()
    assert [form for form in FORMS if form in text] == []


@pytest.mark.parametrize("kind", get_args(Kind))
def test_mirrored_headers_are_masked(hosts: Hosts, kind: Kind) -> None:
    seen = observed(hosts, kind, mirror)
    assert_masked(seen)
    assert seen.outcome is Outcome.ANSWERED
    names = {model.id for model in seen.models}
    assert {MASK, f"Bearer {MASK}", f"model-{MASK}-q4", "red", "1"} <= names


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("status", [302, 401, 404, 429, 500, 503])
def test_failures_contain_no_mirrored_header(hosts: Hosts, kind: Kind, status: int) -> None:
    seen = observed(hosts, kind, lambda request: mirror(request, status))
    assert_masked(seen)
    assert seen.outcome is not Outcome.ANSWERED


@pytest.mark.parametrize(
    "content", ["<html>%s", "%s", '{"data": "%s"}', '{"%s": 1, "%s": 2}', '{"data": [{"%s": "%s"}]}']
)
def test_malformed_responses_contain_no_mirrored_header(hosts: Hosts, content: str) -> None:
    def malformed(request: ReceivedRequest) -> Reply:
        return body(content.replace("%s", request.headers["authorization"]).encode())

    assert_masked(observed(hosts, "llama-swap", malformed))


def test_escapes_of_json_hide_no_secret(hosts: Hosts) -> None:
    def escaped(request: ReceivedRequest) -> Reply:
        name = "".join(f"\\u{ord(character):04x}" for character in request.headers["authorization"])
        return body(b'{"data": [{"id": "%s"}]}' % name.encode())

    assert [model.id for model in observed(hosts, "vllm", escaped).models] == [f"Bearer {MASK}"]


@pytest.mark.parametrize("secret", ["1", "ollama", "x" * (SHORTEST_SECRET - 1)])
def test_short_values_are_not_masked(secret: str) -> None:
    assert secret_pattern([secret, f"Bearer {secret}"]) in (None, secret_pattern([f"Bearer {secret}"]))
    assert secret_pattern([secret]) is None


def test_names_without_a_secret_stay(hosts: Hosts) -> None:
    names = ["qwen3-8b", "KEY", "bearer", "red", "sk-canary"]
    listing = {"data": [{"id": name} for name in names]}
    seen = observed(hosts, "openai-compatible", lambda _: Reply(json.loads(json.dumps(listing))))
    assert [model.id for model in seen.models] == sorted(names)
