"""The fleet as declared against its hosts as seen: Observations go in, a DriftResult comes out.

Everything here is pure. `compare` finds the differences, `text` and `json_format` print the result,
`adoption` turns it into edits of fleet.yaml.
"""
