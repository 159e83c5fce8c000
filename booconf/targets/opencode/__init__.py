"""Emit the files that opencode reads: from a Fleet to JSON artifacts and losses."""
