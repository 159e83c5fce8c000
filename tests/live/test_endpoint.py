"""The endpoint of a provider: URLs, headers and key."""

from base64 import b64encode
from pathlib import Path

import pytest

from booconf.live.endpoint import MASK, Endpoint, exposes_key, prepare
from booconf.live.flow import Base
from booconf.live.observation import Observation, Outcome
from tests.support.fleets import CLOUD, LOCAL, fleet_of, fleet_text

HEADERS = "headers: {X-Team: red, X-Token: '${env:TOKEN}', X-Auth: 'Basic ${env:TOKEN}'}"
KEYED = CLOUD.replace("models:", f"{HEADERS}\n  models:")
OWN_AUTHORIZATION = CLOUD.replace("models:", "headers: {authorization: 'Basic ${env:PAIR}'}\n  models:")
SET = {"SKY_KEY": "sk-1", "TOKEN": "t-2", "PAIR": "p-3"}


def prepared(
    provider: str, environment: dict[str, str] | None = None, connect: str | None = None
) -> Endpoint | Observation:
    fleet = fleet_of(fleet_text(*([provider] if provider.startswith("one:") else [LOCAL, provider])))
    return prepare(list(fleet.providers.values())[-1], SET if environment is None else environment, connect)


def endpoint(
    provider: str, environment: dict[str, str] | None = None, connect: str | None = None
) -> Endpoint:
    made = prepared(provider, environment, connect)
    assert isinstance(made, Endpoint)
    return made


def test_host_is_probed_at_its_root_and_below_its_api_path() -> None:
    made = endpoint(LOCAL)
    assert (made.kind, made.headers, made.sidecar) == ("llama-swap", {}, None)
    assert made.bases == {Base.ROOT: "http://127.0.0.1:8001", Base.API: "http://127.0.0.1:8001/v1"}


@pytest.mark.parametrize(
    ("root", "path", "api"),
    [
        ("http://h/", "", "http://h/v1"),
        ("http://h/swap", "", "http://h/swap/v1"),
        ("http://h/v1", "api_path: /v1", "http://h/v1/v1"),
        ("http://h", "api_path: /", "http://h"),
        ("http://h", "api_path: /compatible/v2", "http://h/compatible/v2"),
    ],
)
def test_api_path_is_appended_to_the_root_of_connect(root: str, path: str, api: str) -> None:
    provider = LOCAL.replace("http://127.0.0.1:8001", f"{root}\n  {path}")
    assert endpoint(provider).bases == {Base.ROOT: root.rstrip("/"), Base.API: api}
    elsewhere = endpoint(provider, connect="http://127.0.0.1:9/x/")
    assert elsewhere.bases == {
        Base.ROOT: "http://127.0.0.1:9/x",
        Base.API: "http://127.0.0.1:9/x" + api.removeprefix(root.rstrip("/")),
    }


@pytest.mark.parametrize(
    ("root", "path", "connect"),
    [
        ("http://h/upstream/main", "", None),
        ("http://h", "api_path: /swap/%75pstream/main/v1", None),
        ("http://h", "api_path: /upstream/main/v1", "http://127.0.0.1:9"),
        ("http://h", "", "http://127.0.0.1:9/upstream/main"),
    ],
)
def test_address_that_loads_models_is_not_probed(root: str, path: str, connect: str | None) -> None:
    provider = LOCAL.replace("http://127.0.0.1:8001", f"{root}\n  {path}")
    detail = "its address is below llama-swap's `/upstream`"
    assert prepared(provider, connect=connect) == Observation(Outcome.UNSAFE_URL, detail)


def test_connect_replaces_an_unsafe_address() -> None:
    provider = LOCAL.replace("http://127.0.0.1:8001", "http://h/upstream/main")
    assert isinstance(prepared(provider, connect="http://127.0.0.1:9"), Endpoint)


def test_key_and_headers_have_their_values() -> None:
    assert endpoint(KEYED).headers == {
        "Authorization": "Bearer sk-1",
        "X-Team": "red",
        "X-Token": "t-2",
        "X-Auth": "Basic t-2",
    }


def test_a_value_that_looks_like_a_reference_is_sent_as_it_is() -> None:
    assert endpoint(KEYED, {**SET, "TOKEN": "${env:SKY_KEY}"}).headers["X-Token"] == "${env:SKY_KEY}"


def test_declared_authorization_replaces_the_key() -> None:
    assert endpoint(OWN_AUTHORIZATION).headers == {"authorization": "Basic p-3"}


def test_key_is_sent_to_the_address_of_connect() -> None:
    assert endpoint(CLOUD, connect="https://127.0.0.1:9").headers == {"Authorization": "Bearer sk-1"}


@pytest.mark.parametrize(("provider", "has_key"), [(KEYED, True), (OWN_AUTHORIZATION, True), (LOCAL, False)])
def test_endpoint_with_a_key_is_marked(provider: str, has_key: bool) -> None:
    assert endpoint(provider).has_key == has_key


def test_representation_contains_no_key() -> None:
    assert "sk-1" not in repr(endpoint(KEYED))
    assert "t-2" not in str(endpoint(KEYED))


@pytest.mark.parametrize(
    ("environment", "name"), [({}, "SKY_KEY"), ({"SKY_KEY": ""}, "SKY_KEY"), ({"SKY_KEY": "k"}, "TOKEN")]
)
@pytest.mark.parametrize("optional", [True, False])
def test_host_without_its_key_is_not_probed(environment: dict[str, str], name: str, optional: bool) -> None:
    provider = KEYED.replace("api_key_env", f"optional: {str(optional).lower()}\n  api_key_env")
    outcome = Outcome.SKIPPED if optional else Outcome.KEY_UNSET
    assert prepared(provider, environment) == Observation(outcome, f"`{name}` is not set")


@pytest.mark.parametrize("value", ["a\nX-Evil: 1", "a\r", " a", "a ", "ä", "a\0", "\x7f", "\ud800"])
def test_value_that_is_invalid_in_a_header_is_neither_sent_nor_shown(value: str) -> None:
    assert prepared(CLOUD, {"SKY_KEY": value}) == Observation(
        Outcome.KEY_UNSET, "the value of `SKY_KEY` cannot be sent in a header"
    )


def test_sidecar_is_probed_only_with_the_declared_host() -> None:
    provider = LOCAL.replace("models:", "sidecar: {base_url: http://127.0.0.1:8002}\n  models:")
    assert endpoint(provider).sidecar == "http://127.0.0.1:8002"
    assert endpoint(provider, connect="http://127.0.0.1:9").sidecar is None


@pytest.mark.parametrize(
    ("provider", "root", "is_exposed"),
    [
        (CLOUD, "http://192.0.2.1:8001", True),
        (CLOUD, "https://192.0.2.1:8001", False),
        (CLOUD, "http://127.0.0.1:8001", False),
        (CLOUD, "http://localhost:8001/x", False),
        (LOCAL, "http://192.0.2.1:8001", False),
    ],
)
def test_key_in_clear_to_another_machine_is_exposed(provider: str, root: str, is_exposed: bool) -> None:
    fleet = fleet_of(fleet_text(LOCAL, CLOUD))
    assert exposes_key(fleet.providers["one" if provider is LOCAL else "sky"], root) is is_exposed


def with_key_file(path: str, extra: str = "") -> str:
    return CLOUD.replace("api_key_env: SKY_KEY", f"api_key_file: {path}\n{extra}")


def test_key_of_a_file_is_sent_and_masked(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sk-canary-file\n", encoding="utf-8")
    made = endpoint(with_key_file("~/key"), {"HOME": str(tmp_path)})
    assert made.headers == {"Authorization": "Bearer sk-canary-file"}
    assert made.has_key
    assert made.mask(["sk-canary-file", f"{b64encode(b'sk-canary-file').decode().rstrip('=')}!"]) == [
        MASK,
        f"{MASK}!",
    ]
    assert "canary" not in repr(made)


def test_declared_authorization_replaces_the_key_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sk-canary-file\n", encoding="utf-8")
    provider = with_key_file(str(tmp_path / "key"), "  headers: {Authorization: 'Basic ${env:PAIR}'}\n")
    assert endpoint(provider).headers == {"Authorization": "Basic p-3"}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read: No such file or directory"),
        ("", "is empty"),
        ("sk-canary\nsk-canary", "has more than one line"),
        ("sk-canary\0", "contains characters that cannot be sent in a header"),
        (
            "sk-c\u00e4nary",
            "contains characters that cannot be sent in a header",
        ),
    ],
)
def test_host_without_a_key_in_its_file_is_not_probed(
    tmp_path: Path, content: str | None, problem: str
) -> None:
    if content is not None:
        (tmp_path / "key").write_text(content, encoding="utf-8")
    assert prepared(with_key_file("~/key"), {"HOME": str(tmp_path)}) == Observation(
        Outcome.KEY_UNSET, f"`~/key` {problem}"
    )


def test_key_of_a_file_in_clear_to_another_machine_is_exposed() -> None:
    provider = fleet_of(fleet_text(LOCAL, with_key_file("/run/key"))).providers["sky"]
    assert exposes_key(provider, "http://192.0.2.1:8001")
    assert not exposes_key(provider, "http://127.0.0.1:8001")
