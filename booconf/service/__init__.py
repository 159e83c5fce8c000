"""The catalog service: the compiled fleet over HTTP, with shared favorites, showing the hosts that answer.

`serving` runs `app`. A request comes in through `entrance`, and a path in `answers` answers it from what is
`served`, of which the favorites are in `storage`.
"""
