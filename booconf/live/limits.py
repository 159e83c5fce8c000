"""Limits on the data that is read from hosts."""

LARGEST_BODY = 8 << 20
"""Bytes of one body after decompression."""

SMALL_BODY = 128 << 10
"""Bytes of a body that any host may send; only MOST_LARGE_HOSTS may send more at one time."""

MOST_LARGE_HOSTS = 4
"""Hosts with a larger body at one time: others with one wait until the probe of such a host ends."""

MOST_VALUES = 300_000
"""Commas and opening brackets in a body, which bound its values and so the memory that they take."""

MOST_AT_ONCE = 512
"""Hosts that are probed at one time; more would only slow each other down on one processor."""

MOST_ADDRESSES = 8
"""Addresses of one name that are tried, possibly all at the same time."""

MOST_ROWS = 10_000
"""Rows of one listing."""

MOST_NAMES = 10_000
"""Names of all models of one host beside their ids: aliases, and names of loaded instances."""

LONGEST_NAME = 1024
"""Code points of a name that is kept; a longer one is truncated."""

LARGEST_WINDOW = 2**53 - 1
"""Tokens of a window; fleet.yaml declares no larger one."""
