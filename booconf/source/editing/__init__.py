"""Edits of a YAML text that keep its comments and every untouched line."""
