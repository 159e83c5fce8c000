"""The format of fleet.yaml: plain data goes in, a FleetDeclaration or diagnostics come out.

`schema` declares the keys, `validators`, `urls`, `ids` and `enums` the values. The rules in fleet/ check how
values fit together.
"""
