"""Settings in a database that others share: SQLite and PostgreSQL through one code path."""
