"""Validate fleet.yaml: from plain data to a FleetDeclaration or diagnostics.

`schema` declares the keys, `validators`, `urls`, `ids` and `enums` the values. The rules in fleet/ check how
values fit together.
"""
