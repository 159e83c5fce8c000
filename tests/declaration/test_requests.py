"""Values of fleet.yaml that become parts of a request: bodies, prices, paths of keys."""

import pytest
from pydantic_core import PydanticCustomError

from booconf.declaration.requests import RESERVED_MEMBERS, check_body, check_file_path, check_price
from booconf.declaration.validators import LARGEST_LIMIT


def code_of(refused: pytest.ExceptionInfo[PydanticCustomError]) -> tuple[str, object]:
    """The code of a refusal, and the member at which it stands."""
    return refused.value.type, (refused.value.context or {})["at"]


def test_members_of_any_json_are_kept() -> None:
    body = {
        "top_p": 0.95,
        "seed": -LARGEST_LIMIT,
        "stop": ["</s>", None],
        "chat_template_kwargs": {"enable_thinking": False, "__proto__": {"model": [1e300]}},
    }
    assert check_body(body) is body


@pytest.mark.parametrize("name", sorted(RESERVED_MEMBERS | {"__proto__", "constructor"}))
def test_a_member_of_the_client_is_refused(name: str) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        check_body({"top_p": 1, name: None})
    assert code_of(refused) == ("BC216", name)


@pytest.mark.parametrize(
    "value",
    [
        float("inf"),
        float("nan"),
        LARGEST_LIMIT + 1,
        -LARGEST_LIMIT - 1,
        [1, [float("-inf")]],
        {"a": {"b": [0, 2**64]}},
    ],
)
def test_a_number_that_arrives_as_another_is_refused(value: object) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        check_body({"a": 1, "b": value})
    assert code_of(refused) == ("BC205", "b")


@pytest.mark.parametrize("value", [[], "text", None, 1])
def test_a_body_is_a_mapping(value: object) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        check_body(value)
    assert code_of(refused) == ("BC203", None)


@pytest.mark.parametrize("value", [0, 0.0, 1e-7, 15, 0.27])
def test_a_price_is_a_number_from_zero(value: float) -> None:
    assert check_price(value) == value


@pytest.mark.parametrize(
    ("value", "code"),
    [("0.27", "BC203"), (True, "BC203"), (None, "BC203"), (-1, "BC205"), (float("nan"), "BC205")],
)
def test_other_prices_are_refused(value: object, code: str) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        check_price(value)
    assert code_of(refused) == (code, None)


@pytest.mark.parametrize("path", ["/run/secrets/key", "~/.secrets/it's a key"])
def test_a_path_of_a_key_is_absolute_or_below_the_home_folder(path: str) -> None:
    assert check_file_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "key",
        "~other/key",
        "~",
        "./key",
        "C:\\key",
        "/a\nb",
        "/",
        "~/",
        "/run/keys/",
        '/a"b',
        "/{env:HOME}",
    ],
)
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        check_file_path(path)
    assert code_of(refused) == ("BC215", None)
