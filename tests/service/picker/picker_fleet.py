"""The fleet of the picker tests."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.hosts.simulator import Host
from tests.service.browser import BrowserPage

FLEET = """\
version: 1
default_provider: desktop
roles: {default: desktop/qwen3.6-35b}
providers:
  desktop:
    kind: llama-swap
    label: Sam's desktop
    base_url: DESKTOP
    models:
      qwen3.6-35b: {context: 49152, output: 8192, label: Qwen 3.6 35B, capabilities: [tools, reasoning]}
      qwen3-8b: {context: 32768, input: 20480, label: Qwen 3 8B}
      Qwen/Qwen3:8b@Q4: {context: 32768}
  box:
    kind: llama-swap
    label: Embedding box
    base_url: BOX
    models:
      qwen3-8b: {context: 16384, label: Qwen 3 8B, capabilities: [tools]}
      gemma-3-12b-it: {context: unknown, label: Gemma 3 12B}
      nomic-embed: {type: embedding, context: 8192}
  cloud:
    kind: openai-compatible
    location: cloud
    label: The cloud
    base_url: http://127.0.0.1:9
    api_key_env: BOOCONF_TEST_KEY
    optional: true
    models:
      flash: {context: 1000000}
"""

PATH_LIKE = "desktop/Qwen/Qwen3:8b@Q4"
DESKTOP_8B, BOX_8B, DEFAULT = "desktop/qwen3-8b", "box/qwen3-8b", "desktop/qwen3.6-35b"
GEMMA = "box/gemma-3-12b-it"

OpenPicker = Callable[..., BrowserPage]
"""Opens the page of the server; options are those of `Browser.new_context`."""


def write_fleet(folder: Path, text: str, hosts: dict[str, Host]) -> None:
    """Write fleet.yaml into `folder`, with host names replaced by the URLs of `hosts`."""
    for name, host in hosts.items():
        text = text.replace(name, host.url)
    (folder / "fleet.yaml").write_text(text, encoding="utf-8", newline="\n")


def stop_clock(page: Page) -> None:
    """Stop the clock of the page; `page.clock` advances it."""
    page.clock.install(time=0)
    page.clock.pause_at(1000)
