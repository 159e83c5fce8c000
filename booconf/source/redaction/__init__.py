"""Mask possible secrets: from the text of a fleet to lines for excerpts."""
