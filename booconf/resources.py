"""Data files of booconf: in the installed package, or beside it in a checkout."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_CHECKOUT = {"templates": "templates", "schema": "schema", "rule_pages": "docs/rules"}


class ResourceError(Exception):
    """A data file of booconf cannot be read: the installation is incomplete."""


def resource_folder(name: str) -> "Path":
    """The folder of data files called `templates`, `schema` or `rule_pages`."""
    from pathlib import Path  # noqa: PLC0415  # an unchanged build imports this module, but reads no data file

    package = Path(__file__).parent
    installed = package / name
    return installed if installed.is_dir() else package.parent / _CHECKOUT[name]


def read_resource(file: "Path") -> str:
    """The text of a data file; raises ResourceError."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        message = f"{file}, a file of booconf itself, cannot be read: {error.strerror}; install booconf again"
        raise ResourceError(message) from error
