"""The kinds of host: an adapter each, and what all of them read in the same way."""
