"""booconf loads no pydantic plugins (docs/decisions/0009)."""

import os
import subprocess
import sys

import pytest

from booconf.declaration.pydantic_plugins import LOADER, NoPlugins, disable_plugins


def test_pydantic_finds_no_plugins_and_looks_for_none() -> None:
    """In a process of its own, without coverage: an imported module stays imported."""
    program = (
        "import sys; from booconf.fleet.load import load_fleet; from booconf.live import adapter_of;"
        "assert load_fleet(b'{}', 'fleet.yaml', adapter_of).document;"
        f"assert sys.modules[{LOADER!r}].get_plugins() == ();"
        "print(sorted({'importlib.metadata', 'email', 'socket'} & sys.modules.keys()))"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    result = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"


def test_other_attributes_are_those_of_the_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, LOADER, NoPlugins(LOADER))
    stand_in = sys.modules[LOADER]
    assert stand_in.PYDANTIC_ENTRY_POINT_GROUP == "pydantic"
    assert sys.modules[LOADER] is not stand_in


def test_dunder_attributes_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, LOADER, NoPlugins(LOADER))
    assert not hasattr(sys.modules[LOADER], "__path__")


def test_plugins_that_were_loaded_before_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = NoPlugins(LOADER)
    monkeypatch.setitem(sys.modules, LOADER, loaded)
    disable_plugins()
    assert sys.modules[LOADER] is loaded
