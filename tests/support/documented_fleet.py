"""The fleet of docs/drift.md with simulated hosts, and the commands that pages show for it."""

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from booconf.cli.main import main
from tests.hosts.llama_swap import LlamaSwap, Model
from tests.hosts.ollama import Ollama
from tests.hosts.openai_compatible import OpenAICompatible
from tests.hosts.simulator import Host, Hosts, routes

PAGE = (Path(__file__).parents[2] / "docs" / "drift.md").read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str]] = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
FLEET = next(text for language, text in BLOCKS if language == "yaml")

DESKTOP = {
    "qwen3.6-35b-a3b": Model(context=65536, aliases=["qwen"]),
    "qwen3-8b": Model(context=32768),
    "gemma-3-12b-it": Model(context=32768),
}
"""The models of the desktop as FLEET declares them."""


@dataclass
class DocumentedFleet:
    """The hosts of FLEET; they serve the declared models unless a test changes them."""

    desktop: Host
    sidecar: Host
    closet: Host
    deepseek: Host
    text: str = ""
    code: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.text = self.at_hosts(FLEET)

    @property
    def addresses(self) -> dict[str, Host]:
        """The addresses of FLEET, and last that of a tunnel to one of its hosts."""
        return {
            "http://192.0.2.10:8401": self.desktop,
            "http://127.0.0.1:8402": self.sidecar,
            "http://192.0.2.20:11434": self.closet,
            "https://api.deepseek.com": self.deepseek,
            "http://127.0.0.1:9000": self.desktop,
        }

    def at_hosts(self, text: str) -> str:
        """`text` with the addresses of the simulated hosts in place of those of FLEET."""
        for shown, host in self.addresses.items():
            text = text.replace(shown, host.url)
        assert "//192.0.2." not in text
        return text

    def as_shown(self, text: str) -> str:
        """`text` with the addresses of FLEET."""
        for shown, host in self.addresses.items():
            text = text.replace(host.url, shown)
        return text

    def write(self, folder: Path) -> None:
        """Write the fleet to `folder`."""
        (folder / "fleet.yaml").write_text(self.text, encoding="utf-8", newline="\n")

    def run(self, command: str, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> str:
        """The output of a shown command, standard error last; it runs in the working folder."""
        if command == "echo $?":
            return f"{self.code}\n"
        words = shlex.split(self.at_hosts(command))
        with patch.context() as environment:
            while "=" in words[0]:
                environment.setenv(*words.pop(0).split("=", 1))
            assert words[0] == "booconf"
            self.code = main(words[1:])
        out, err = capsys.readouterr()
        return self.as_shown(out + err)


@contextmanager
def documented_fleet() -> Iterator[DocumentedFleet]:
    """The hosts of FLEET, and no key in the environment."""
    with Hosts() as hosts, pytest.MonkeyPatch.context() as environment:
        environment.delenv("DEEPSEEK_API_KEY", raising=False)
        environment.setenv("TERM", "dumb")
        yield DocumentedFleet(
            desktop=hosts.add(LlamaSwap(DESKTOP)),
            sidecar=hosts.add(routes({})),
            closet=hosts.add(Ollama(["qwen3:8b", "nomic-embed-text:latest"], {"qwen3:8b": 16384})),
            deepseek=hosts.add(OpenAICompatible(["deepseek-flash"])),
        )


def runs(console: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with its shown output."""
    return [
        (command, shown)
        for command, _, shown in (
            run.partition("\n") for run in re.split(r"^\$ ", console, flags=re.MULTILINE) if run
        )
    ]
