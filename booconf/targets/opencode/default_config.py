"""opencode/opencode.json: the chat models of every provider that is not optional, for OPENCODE_CONFIG."""

from collections.abc import Iterator

from booconf.fleet.model import Fleet
from booconf.targets.artifact import Artifact
from booconf.targets.opencode.config import config_text


def emit(fleet: Fleet) -> Iterator[Artifact]:
    """The main config; it only allows an optional provider, as describing one shows it without its key."""
    enabled = [provider for provider in fleet.providers.values() if provider.chat_models()]
    written = [provider for provider in enabled if not provider.optional]
    yield Artifact("opencode/opencode.json", config_text(fleet, enabled, written))
