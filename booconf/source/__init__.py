"""The YAML text of a fleet: bytes go in, plain data comes out, and the span of any node on request.

YAML is read as version 1.2 core, strictly: every form that YAML versions or readers understand differently is
refused with a position and a correction, and size and depth are bounded. `mask` hides possible secrets in the
lines of the text; `editing` changes the text and keeps every byte that an edit does not concern.
"""

from booconf.source.document import Document, Path, read_document
from booconf.source.emitter import yaml_scalar
from booconf.source.redaction import mask
from booconf.source.text import SourceText

__all__ = ["Document", "Path", "SourceText", "mask", "read_document", "yaml_scalar"]
