"""`booconf schema`: the JSON Schemas, for editors and for readers of the generated files."""

from argparse import Namespace
from pathlib import Path

from booconf.cli.console import Console, ExitCode, UsageError
from booconf.resources import resource_folder

_SUFFIX = ".schema.json"


def run(options: Namespace, console: Console) -> int:
    """Print one schema."""
    schemas = schema_files()
    if options.name not in schemas:
        raise UsageError(f"no schema is called {options.name}; there are {', '.join(schemas)}")
    console.result(schemas[options.name].read_text(encoding="utf-8"))
    return ExitCode.FINE


def schema_files() -> dict[str, Path]:
    """The schemas by name, such as `fleet`."""
    files = sorted(resource_folder("schema").glob(f"*{_SUFFIX}"))
    return {path.name.removesuffix(_SUFFIX): path for path in files}
