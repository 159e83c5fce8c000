"""List the functions that pass one provider's `context` on, from the bytes of fleet.yaml to opencode.json.

Run `python -m scripts.follow_number` in the root of the checkout: it prints the list in docs/architecture.md.
A function is listed if an argument, a local variable or its return value is the number, a text that contains
it, or an object with one of these as a direct member.
"""

import sys
from pathlib import Path
from types import FrameType

from booconf.fleet.load import load_fleet
from booconf.live import adapter_of
from booconf.targets import emit

PACKAGE = Path(__file__).parents[1] / "booconf"
NUMBER = 54321
FLEET = f"""\
version: 1
default_provider: one
roles: {{default: one/a}}
providers:
  one:
    kind: llama-swap
    base_url: http://127.0.0.1:8001
    models: {{a: {{capabilities: [tools], context: {NUMBER}}}}}
"""


def passed_functions() -> dict[str, list[str]]:
    """Module path below booconf/ -> its functions that pass the number on, both in the order of calls."""
    _compile()  # imports and caches are no part of the path
    found: dict[str, list[str]] = {}

    def record(frame: FrameType, event: str, result: object) -> None:
        code = frame.f_code
        path = Path(code.co_filename)
        if event not in {"call", "return"} or not path.is_relative_to(PACKAGE):
            return
        functions = found.setdefault(path.relative_to(PACKAGE).as_posix(), [])
        if code.co_qualname not in functions and any(map(_contains, (*frame.f_locals.values(), result))):
            functions.append(code.co_qualname)

    sys.setprofile(record)
    try:
        _compile()
    finally:
        sys.setprofile(None)
    return {path: functions for path, functions in found.items() if functions}


def markdown(found: dict[str, list[str]]) -> str:
    """The counts and one list item for each module."""
    count = sum(map(len, found.values()))
    lines = [f"- `{path}`: {', '.join(f'`{name}`' for name in names)}\n" for path, names in found.items()]
    return f"{count} functions in {len(found)} modules:\n\n{''.join(lines)}"


def _compile() -> None:
    if fleet := load_fleet(FLEET.encode(), "fleet.yaml", adapter_of).fleet:
        emit(fleet, ["opencode"])


def _contains(value: object) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_is_number, value))
    if isinstance(value, dict):
        return any(map(_is_number, value.values()))
    slots = [name for cls in type(value).__mro__ for name in getattr(cls, "__slots__", ())]
    attributes = [
        getattr(value, name, None) for name in slots if type(value).__module__.startswith("booconf")
    ]
    return _is_number(value) or any(map(_is_number, (*attributes, *getattr(value, "__dict__", {}).values())))


def _is_number(value: object) -> bool:
    text = value.decode() if isinstance(value, bytes) else value
    return value == NUMBER if isinstance(value, int) else isinstance(text, str) and str(NUMBER) in text


if __name__ == "__main__":
    sys.stdout.write(markdown(passed_functions()))
