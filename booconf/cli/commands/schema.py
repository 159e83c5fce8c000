"""`booconf schema`: the JSON Schemas, for editors and for readers of the generated files."""

from dataclasses import dataclass
from pathlib import Path

from booconf.cli.console import Console, ExitCode, UsageError
from booconf.resources import read_resource, resource_folder

_SUFFIX = ".schema.json"


@dataclass(frozen=True, slots=True)
class SchemaOptions:
    """Options of `booconf schema`."""

    name: str


def run(options: SchemaOptions, console: Console) -> int:
    """Print one schema."""
    schemas = schema_files()
    if options.name not in schemas:
        raise UsageError(f"no schema is called {options.name}; there are {', '.join(schemas)}")
    console.result(read_resource(schemas[options.name]))
    return ExitCode.SUCCESS


def schema_files() -> dict[str, Path]:
    """The schemas by name, such as `fleet`."""
    files = sorted(resource_folder("schema").glob(f"*{_SUFFIX}"))
    return {path.name.removesuffix(_SUFFIX): path for path in files}
