"""What is found about a provider and its host: a sort of finding is a function, and a line in FINDERS."""

from collections.abc import Callable, Iterator

from booconf.drift.findings.absent import find_absent, find_absent_targets
from booconf.drift.findings.aliases import find_aliases
from booconf.drift.findings.repeated import find_repeated
from booconf.drift.findings.unasked import find_unasked, find_unreachable_sidecar
from booconf.drift.findings.undeclared import find_undeclared
from booconf.drift.findings.windows import find_stale_windows, find_windows
from booconf.drift.host_comparison import Comparison
from booconf.drift.result import Finding

Finder = Callable[[Comparison], Iterator[Finding]]

OF_ANY_HOST: tuple[Finder, ...] = (find_unasked, find_unreachable_sidecar)
"""What is found whether or not the host answered."""

FINDERS: tuple[Finder, ...] = (
    *OF_ANY_HOST,
    find_absent,
    find_absent_targets,
    find_undeclared,
    find_aliases,
    find_windows,
    find_stale_windows,
    find_repeated,
)
"""What is found about a host that answered, in the order of the report."""
