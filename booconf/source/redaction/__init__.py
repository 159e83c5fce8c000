"""Redaction: source lines go in, the same lines without possible secrets come out."""
