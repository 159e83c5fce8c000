"""The shape of fleet.yaml: plain data goes in, a checked FleetDeclaration comes out, or what is wrong.

`format` says what may stand where; `values`, `words`, `texts` and `grammar` what each value may be by itself.
Whether values fit each other, fleet/ says.
"""
