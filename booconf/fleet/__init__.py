"""Load a fleet: from the bytes of fleet.yaml to a Fleet that obeys every rule, or diagnostics (`load`).

`assemble` fills in defaults, `limits` decides windows, `rules` check the result. `resolve` turns an id into a
route, `view` a fleet into a picker's sections. Later stages read the Fleet, not the declaration.
"""
