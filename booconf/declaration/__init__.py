"""The shape of fleet.yaml: plain data goes in, a checked FleetDeclaration comes out, or what is wrong.

Values are checked one by one (`format`, `words`, `texts`, `grammar`); whether they fit each other, fleet/
says.
"""
