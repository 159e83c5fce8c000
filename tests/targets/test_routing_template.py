"""Templates take generated code and nothing else."""

import pytest
from jinja2 import UndefinedError

from booconf.resources import ResourceError, resource_folder
from booconf.targets.literals import GeneratedCode
from booconf.targets.routing import UnquotedTextError, render

TEMPLATES = sorted(path.name for path in resource_folder("templates").glob("*.jinja"))


def test_the_templates_are_those_of_the_routing_modules() -> None:
    assert TEMPLATES == ["routing.py.jinja", "routing.ts.jinja"]


@pytest.mark.parametrize("template", TEMPLATES)
def test_plain_text_is_rejected(template: str) -> None:
    with pytest.raises(UnquotedTextError, match="received str instead of generated code"):
        render(template, dict.fromkeys(_names(template), "plain"))  # type: ignore[arg-type]  # what mypy refuses too


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_missing_value_is_an_error(template: str) -> None:
    values = {name: GeneratedCode("x") for name in _names(template)}
    values.popitem()

    with pytest.raises(UndefinedError):
        render(template, values)


@pytest.mark.parametrize("template", TEMPLATES)
def test_values_are_inserted_unchanged(template: str) -> None:
    text = render(template, {name: GeneratedCode(f"<{name}>&'\"") for name in _names(template)})

    assert all(text.count(f"<{name}>&'\"") == 1 for name in _names(template))
    assert text.endswith("\n")
    assert "\r" not in text


def test_an_unknown_template_is_an_error() -> None:
    with pytest.raises(ResourceError):
        render("no-such.jinja", {})


def _names(template: str) -> list[str]:
    text = (resource_folder("templates") / template).read_text("utf-8")
    return [part.partition("}}")[0].strip() for part in text.split("{{")[1:]]
