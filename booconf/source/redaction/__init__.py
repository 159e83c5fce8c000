"""Excerpts without secrets: the text of a fleet goes in, masked lines come out."""
