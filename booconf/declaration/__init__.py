"""The shape of fleet.yaml: plain data goes in, a checked FleetDeclaration comes out, or what is wrong.

Values are checked one by one: `format` says what may stand where, `values` what each kind of value may be (with
`words`, `texts` and `grammar`). Whether they fit each other, fleet/
says.
"""
