"""Sample fleets, compiled as by `booconf build`, in a folder where a client reads the files."""

from dataclasses import dataclass
from pathlib import Path

from booconf.fleet.load import load_fleet
from booconf.fleet.model import Fleet
from booconf.live import adapter_of
from booconf.targets import TARGETS, emit


@dataclass(frozen=True, slots=True)
class Compiled:
    """A fleet and the folder of its artifacts."""

    fleet: Fleet
    folder: Path

    @property
    def config(self) -> Path:
        """The file for OPENCODE_CONFIG."""
        return self.folder / "opencode" / "opencode.json"

    @property
    def additions(self) -> Path:
        """The file for the lowest layer of an opencode that has a configuration of its own."""
        return self.folder / "opencode" / "additions.json"

    @property
    def models(self) -> Path:
        """The file for OPENCODE_MODELS_PATH."""
        return self.folder / "opencode" / "models.json"

    def provider_config(self, provider: str) -> Path:
        """The file for OPENCODE_CONFIG with one provider only."""
        return self.folder / "opencode" / "providers" / f"{provider}.json"


def read_fleet(declaration: str) -> Fleet:
    """The fleet that a text of fleet.yaml declares, which must be valid."""
    loading = load_fleet(declaration.encode(), "fleet.yaml", adapter_of)
    assert loading.fleet is not None, [(found.code, found.message) for found in loading.diagnostics]
    return loading.fleet


def compile_fleet(declaration: str, folder: Path) -> Compiled:
    """Every artifact of a text of fleet.yaml, written below `folder`."""
    fleet = read_fleet(declaration)
    for artifact in emit(fleet, TARGETS).artifacts:
        path = folder / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(artifact.text, encoding="utf-8", newline="\n")
    return Compiled(fleet, folder)
