"""The resolved fleet: the bytes of fleet.yaml go in (`load`), a Fleet that obeys every rule comes out.

`assemble` fills in defaults, `windows` decides limits, `rules` judge, `resolve` is the one way from an id to
a route. Every later stage reads the Fleet and never the declaration.
"""
