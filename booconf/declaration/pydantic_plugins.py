"""booconf takes part in no pydantic plugins.

A plugin is whatever else is installed beside booconf, and that must not change what a fleet file means.
Looking for plugins also costs more than reading a small fleet: it imports importlib.metadata and with it the
e-mail and socket modules, even where PYDANTIC_DISABLE_PLUGINS is set (docs/decisions/0009).
"""

import sys
from importlib import import_module
from types import ModuleType

LOADER = "pydantic.plugin._loader"
"""The module that pydantic asks for plugins when it builds a model (2.14, plugin/_schema_validator.py)."""


class NoPlugins(ModuleType):
    """Stands where pydantic looks for plugins; whatever else it may ask of that module is its own."""

    @staticmethod
    def get_plugins() -> tuple[()]:
        """No plugins."""
        return ()

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def leave_out_plugins() -> None:
    """Call this before pydantic builds the first model; does nothing where plugins were loaded before."""
    sys.modules.setdefault(LOADER, NoPlugins(LOADER))
