"""opencode/providers/<id>.json: each provider with chat models alone, usable by itself."""

from collections.abc import Iterator

from booconf.fleet.model import Fleet
from booconf.targets.artifact import Artifact
from booconf.targets.opencode.config import config_text


def emit(fleet: Fleet) -> Iterator[Artifact]:
    """One config a provider; whoever uses that of an optional one consents to it."""
    for provider in fleet.providers.values():
        if models := provider.chat_models():
            text = config_text(fleet, [provider], [provider], default=provider.opencode_reference(models[0]))
            yield Artifact(f"opencode/providers/{provider.id}.json", text)
