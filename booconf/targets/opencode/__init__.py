"""Emit the files that opencode reads: a Fleet in, JSON artifacts and losses out."""
