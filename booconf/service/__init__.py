"""The catalog service: the compiled fleet and shared favorites over HTTP, without the hosts that are offline.

`server` runs `app`: a request passes `middleware`, is handled in `routes`, and is answered from `state`,
whose favorites are in `storage`.
"""
