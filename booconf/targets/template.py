"""Templates of source text: they hold layout, and refuse any value that no literal emitter has made."""

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from booconf.resources import resource_folder
from booconf.targets.literals.code import GeneratedCode


class UnquotedTextError(TypeError):
    """A template was given text that no emitter has made: a defect of booconf, never of a fleet."""


def render(template: str, values: dict[str, GeneratedCode]) -> str:
    """The text of templates/`template` with `values` in their places."""
    environment = Environment(  # noqa: S701 - source text, not HTML; the literal emitters escape
        loader=FileSystemLoader(resource_folder("templates")),
        undefined=StrictUndefined,
        finalize=_only_code,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    return environment.get_template(template).render(values)


def _only_code(value: object) -> object:
    if isinstance(value, GeneratedCode | StrictUndefined):
        return value
    message = f"a template was given {type(value).__name__} where generated code belongs"
    raise UnquotedTextError(message)
