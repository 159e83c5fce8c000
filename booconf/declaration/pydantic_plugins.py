"""Disable pydantic plugins.

A plugin that happens to be installed beside booconf must not change the meaning of a fleet file. The search
for plugins also costs more than reading a small fleet: it imports importlib.metadata and with it the e-mail
and socket modules, even where PYDANTIC_DISABLE_PLUGINS is set (docs/decisions/0009).
"""

import sys
from importlib import import_module
from types import ModuleType

LOADER = "pydantic.plugin._loader"
"""The module from which pydantic loads plugins when it builds a model (2.14, plugin/_schema_validator.py)."""


class NoPlugins(ModuleType):
    """A replacement of LOADER without plugins; any other attribute loads the original."""

    @staticmethod
    def get_plugins() -> tuple[()]:
        """No plugins."""
        return ()

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def disable_plugins() -> None:
    """Install NoPlugins before pydantic builds the first model; no effect on plugins loaded before."""
    sys.modules.setdefault(LOADER, NoPlugins(LOADER))
