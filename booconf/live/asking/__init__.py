"""Asking hosts: the one part of booconf that opens connections to them."""

from booconf.live.asking.conversation import observe

__all__ = ["observe"]
