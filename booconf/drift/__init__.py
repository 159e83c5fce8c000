"""The fleet as declared against its hosts as seen: Observations go in, a DriftResult comes out.

Everything here is pure. `compare` puts providers beside their hosts (`comparison`, `likeness`) and gathers
what the functions of `findings` find. `report` prints the result, `adoption` makes edits of fleet.yaml of it.
"""
