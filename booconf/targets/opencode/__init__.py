"""The files that opencode reads: a Fleet goes in, JSON artifacts come out."""
