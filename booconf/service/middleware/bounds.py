"""How large a request may be."""

LARGEST_HEADERS = 32 << 10
"""Bytes of a request's first line and headers at most."""

LARGEST_BODY = 64 << 10
"""Bytes of a request's body at most."""

LARGEST_BODIES = {"/api/favorites": 1 << 20}
"""The same for paths that take more."""


def largest_body(path: str) -> int:
    """Bytes of a body at most that is sent to `path`."""
    return LARGEST_BODIES.get(path, LARGEST_BODY)
