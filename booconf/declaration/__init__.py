"""The shape of fleet.yaml: plain data goes in, a checked FleetDeclaration comes out, or what does not fit.

Values are checked one by one (`format`, `texts`, `grammar`); whether they fit each other is for fleet/ to say.
"""
