"""Ids that a host lists more than once: BC709."""

from collections.abc import Iterator

from booconf.diagnostics import diagnose
from booconf.drift.host_comparison import Comparison
from booconf.drift.quoting import shown_list
from booconf.drift.result import Finding


def find_repeated(comparison: Comparison) -> Iterator[Finding]:
    """BC709: ids that stand in the listing more than once, all in one finding."""
    provider, repeated = comparison.provider, sorted(comparison.observation.repeated)
    if repeated:
        names = shown_list(repeated)
        what = f"{names} more than once" if len(repeated) == 1 else f"these ids more than once: {names}"
        diagnostic = diagnose(
            "BC709",
            f"`{provider.id}` lists {what}",
            comparison.label,
            help="take the repetition out of the host's configuration, or give each model a name of its own; "
            "until then only the host knows which of them answers",
        )
        yield Finding(diagnostic, provider.id)
