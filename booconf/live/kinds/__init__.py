"""The adapters, one for each kind of host, and the parsing that they share."""
