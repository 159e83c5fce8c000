"""Who comes in: room for a connection, what HTTP and our bounds allow, names and origins, credentials."""
