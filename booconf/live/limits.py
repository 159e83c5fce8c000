"""How much of a host's answer is taken, whatever it sends."""

LARGEST_BODY = 8 << 20
"""Bytes of one body after decompression."""

LARGEST_TOTAL = 128 << 20
"""Bytes that all bodies take at one time, read or not; beyond them the largest is given up."""

DEEPEST = 32
"""Levels of nesting in a body."""

MOST_ADDRESSES = 8
"""Addresses of one name that are tried, maybe all at the same time."""

MOST_VALUES = 300_000
"""Values in a body, and backslashes: reading more of them would keep other hosts waiting."""

MOST_ROWS = 10_000
"""Rows of one listing."""

MOST_NAMES = 10_000
"""Names of all models of one host beside their ids: aliases, and what loaded instances are called."""

LONGEST_NAME = 1024
"""Code points of a name that is kept; a longer one is cut."""

LARGEST_WINDOW = 2**53 - 1
"""Tokens of a window; fleet.yaml declares no larger one (`declaration.validators`)."""
