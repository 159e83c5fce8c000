"""Where booconf's own data files are: inside the installed package, or beside it in a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).parent
_CHECKOUT = {"templates": "templates", "schema": "schema", "rule_pages": "docs/rules"}


def resource_folder(name: str) -> Path:
    """The folder of data files called `templates`, `schema` or `rule_pages`."""
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parent / _CHECKOUT[name]
