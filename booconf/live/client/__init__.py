"""Asking hosts: the one part of booconf that opens connections to them."""

from booconf.live.client.host_probe import observe

__all__ = ["observe"]
