"""The YAML text of a fleet: bytes go in, plain data comes out, with a span for any node when asked.

YAML is read as version 1.2 core, strictly: what YAML versions or readers understand differently is refused
with a position and a way out, and size and depth are bounded. `mask` hides what may be a secret in its lines.
"""

from booconf.source.document import Document, Path
from booconf.source.reading import read_document
from booconf.source.text import SourceText

__all__ = ["Document", "Path", "SourceText", "read_document"]
