"""Load a fleet: the bytes of fleet.yaml in, a Fleet that obeys every rule or diagnostics out (`load`).

`assemble` fills in defaults, `limits` decides windows, `rules` check the result. `resolve` turns an id into a
route, `view` a fleet into a picker's sections. Later stages read the Fleet, not the declaration.
"""
