"""The finders: functions from a HostComparison to the findings of certain codes.

`compare` runs those in its table. `absent`, `undeclared` and `windows` compare models, `host` reports on the
host as a whole.
"""
