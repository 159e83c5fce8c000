"""Check a fleet against the rules: from a CheckContext to diagnostics; each code has a page in docs/rules/.

A rule is a function in one of these modules and a line in one of these tables. DECLARATIONS compare
declarations with each other. PROOFS resolve every declared id, so they run only if the declarations have no
errors.
"""

from booconf.fleet.context import Rule
from booconf.fleet.rules import (
    addresses,
    limits,
    names,
    opencode_limits,
    opencode_names,
    proofs,
    references,
    roles,
)

DECLARATIONS: tuple[Rule, ...] = (
    references.check_default_provider,
    references.check_role_targets,
    references.check_bare_id_targets,
    references.check_bare_id_keys,
    references.check_successors,
    names.check_names_of_default_provider,
    names.check_names_within_providers,
    names.check_opencode_ids,
    limits.check_overrides,
    limits.check_windows,
    limits.check_limits,
    limits.check_efforts,
    addresses.check_sidecars,
    addresses.check_keys,
    addresses.check_plain_http,
    addresses.check_base_urls,
    addresses.check_unsafe_paths,
    roles.check_swaps,
    roles.check_small_windows,
    roles.check_tools,
    roles.check_compaction,
    roles.check_arena,
    opencode_limits.check_input_room,
    opencode_limits.check_coding_room,
    opencode_limits.check_largest_output,
    names.check_builtin_ids,
    opencode_names.check_opencode_names,
)
PROOFS: tuple[Rule, ...] = (proofs.prove_bijection, proofs.prove_egress, proofs.prove_sidecar_traffic)
