"""The two proofs, and that of the sidecar, over all declared ids.

Where earlier rules refuse what would break a proof, the fleet is built past them: a proof does not take
their word.
"""

from dataclasses import replace

import pytest

from booconf.fleet.assemble import assemble_fleet
from booconf.fleet.context import CheckContext
from booconf.fleet.model import Fleet, Provider
from booconf.fleet.resolve import Resolution, Resolver
from booconf.fleet.rules import proofs
from booconf.fleet.rules.proofs import prove_bijection, prove_egress, prove_sidecar_traffic
from booconf.live import adapter_of
from tests.support.fleets import (
    CLOUD,
    LOCAL,
    OTHER,
    ExpectedDiagnostic,
    diagnostics_of,
    fleet_of,
    fleet_text,
    load,
    read_unchecked,
)

STRICT_CLOUD = CLOUD.replace("location", "undeclared: reject\n  location")
LOCATION = "cloud"


@pytest.mark.parametrize(
    ("providers", "legacy", "expected"),
    [
        # a bare id of a local model means the cloud only when no local provider has that id or alias
        ((LOCAL, OTHER, CLOUD), "bare_ids: {chat: sky/big}", []),
        (
            (LOCAL, OTHER, CLOUD),
            "bare_ids: {c: sky/big}",
            [ExpectedDiagnostic("BC321", "sky/big", ("c", LOCATION))],
        ),
        (
            (LOCAL, OTHER.replace("c: {", "c: {aliases: [cc], "), CLOUD),
            "bare_ids: {cc: sky/big}",
            [ExpectedDiagnostic("BC321", "sky/big", ("c", LOCATION))],
        ),
        ((LOCAL, OTHER, CLOUD), "bare_ids: {c: one/a}", []),
        # a former local provider's successor is local
        ((LOCAL, CLOUD), "providers: {was: sky}", [ExpectedDiagnostic("BC321", "sky", ("a", LOCATION))]),
        ((LOCAL, STRICT_CLOUD), "providers: {was: sky}", []),
        (
            (LOCAL.replace("b:", "big:"), STRICT_CLOUD),
            "providers: {was: sky}",
            [ExpectedDiagnostic("BC321", "sky", ("big", LOCATION))],
        ),
        ((LOCAL, CLOUD), "providers: {was: one, gone: null}", []),
        # a model of another local provider whose id reads as one of a cloud provider
        (
            (LOCAL, OTHER.replace("c:", "sky/c:"), CLOUD),
            "{}",
            [ExpectedDiagnostic("BC321", "sky", ("sky/c", LOCATION))],
        ),
        ((LOCAL, OTHER.replace("c:", "sky/c:"), STRICT_CLOUD), "{}", []),
        ((LOCAL, OTHER.replace("c:", "one/c:"), CLOUD), "{}", []),
    ],
)
def test_no_name_of_a_local_model_resolves_to_the_cloud(
    providers: tuple[str, ...], legacy: str, expected: list[ExpectedDiagnostic]
) -> None:
    """`neither n nor provider/n nor former-id/n resolves to a cloud provider`, with the shortest chain."""
    rest = f"legacy:\n  {legacy}\n" if legacy != "{}" else ""
    assert diagnostics_of(fleet_text(*providers, rest=rest)) == expected


@pytest.mark.parametrize(
    ("cloud", "also"),
    [(CLOUD, "a"), (STRICT_CLOUD.replace("big:", "b:"), "b"), (STRICT_CLOUD, None)],
)
def test_every_former_id_that_resolves_to_the_cloud_is_reported(cloud: str, also: str | None) -> None:
    """With the first affected name; a retired id and one with a local successor resolve to no cloud."""
    legacy = "{was: sky, gone: null, before: sky, old: one, older: sky}"
    expected = [] if also is None else [ExpectedDiagnostic("BC321", "sky", (also, LOCATION))] * 3
    text = fleet_text(LOCAL, cloud, rest=f"legacy: {{providers: {legacy}}}\n")
    assert diagnostics_of(text) == expected
    assert [one.message.partition(",")[0] for one in load(text).diagnostics] == [
        f"`{former}/{also}`" for former in ("was", "before", "older") if also
    ]


class CountingResolver(Resolver):
    """A resolver that counts its calls."""

    asked = 0

    def find(self, text: str) -> Resolution:
        self.asked += 1
        return super().find(text)


@pytest.mark.parametrize(("cloud", "successor"), [(CLOUD, "one"), (CLOUD, "null"), (STRICT_CLOUD, "sky")])
def test_former_ids_do_not_multiply_resolutions(cloud: str, successor: str) -> None:
    """Names are resolved with a former id only if it may resolve to a cloud, once for each successor."""
    asked = []
    for count in (1, 50):
        formers = ", ".join(f"was-{number}: {successor}" for number in range(count))
        context = context_of(fleet_text(LOCAL, cloud, rest=f"legacy: {{providers: {{{formers}}}}}\n"))
        resolver = CountingResolver(context.fleet)
        vars(context)["resolver"] = resolver
        assert list(prove_egress(context)) == []
        asked.append(resolver.asked)
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("opencode_id", "legacy_ids", "ids"),
    [("was", (), ["was"]), ("sky", ("no", "was", "gone"), ["was", "gone"]), ("was", ("was",), ["was"])],
)
def test_former_id_that_is_an_opencode_id_of_a_cloud(
    opencode_id: str, legacy_ids: tuple[str, ...], ids: list[str]
) -> None:
    """`was/a` is `one/a` to BooCode, and would be `sky/a` in opencode (BC310 rejects this first)."""
    text = fleet_text(LOCAL, CLOUD, rest="legacy: {providers: {was: one, old: one, gone: null}}\n")
    fleet = fleet_of(text)
    sky = replace(fleet.providers["sky"], opencode_id=opencode_id, opencode_legacy_ids=legacy_ids)
    found = list(prove_egress(context_of(text, with_provider(fleet, sky))))
    assert [(one.message, one.primary and one.primary.text) for one in found] == [
        (
            f"`{former}/a`, a name of the local model `one/a`, resolves to the cloud provider `sky`",
            f"opencode knows this provider as `{former}`",
        )
        for former in ids
    ]
    assert {one.help for one in found} == {"use an opencode id that is no former provider id"}
    strict = replace(sky, undeclared="reject")
    assert list(prove_egress(context_of(text, with_provider(fleet, strict)))) == []


def test_former_opencode_id_of_a_cloud() -> None:
    """A former cloud provider with a strict cloud successor keeps its stored sessions."""
    text = fleet_text(
        LOCAL,
        STRICT_CLOUD.replace("models:", "opencode: {id: was}\n  models:"),
        rest="legacy: {providers: {was: sky}}\n",
    )
    assert diagnostics_of(text) == []


def test_failure_labels_the_chain_of_declarations() -> None:
    (diagnostic,) = load(
        fleet_text(LOCAL, OTHER, CLOUD, rest="legacy: {bare_ids: {c: sky/big}}\n")
    ).diagnostics
    assert (
        diagnostic.message == "`c`, a name of the local model `two/c`, resolves to the cloud provider `sky`"
    )
    assert diagnostic.primary
    assert [label.text for label in (diagnostic.primary, *diagnostic.secondary)] == [
        "the bare id resolves to the cloud here",
        "`c` is a model of the local provider `two`",
        "declared as cloud here",
    ]
    assert diagnostic.help == "remove the entry; ids that are meant for the cloud are written `sky/big`"


def test_fleet_without_cloud_needs_no_egress_proof() -> None:
    assert (
        diagnostics_of(
            fleet_text(LOCAL, OTHER, rest="legacy: {bare_ids: {c: one/a}, providers: {was: two}}\n")
        )
        == []
    )


def test_proofs_run_after_declarations_without_errors() -> None:
    """The resolver is undefined for a fleet with errors."""
    text = fleet_text(LOCAL, CLOUD, roles="default: one/no", rest="legacy: {providers: {was: sky}}\n")
    assert diagnostics_of(text) == [ExpectedDiagnostic("BC302", "one/no")]


def context_of(text: str, fleet: Fleet | None = None) -> CheckContext:
    """The check context of a text, with another fleet if one is given."""
    written = read_unchecked(text)
    assert written
    document, declaration = written
    return CheckContext(declaration, fleet or assemble_fleet(declaration), document, adapter_of)


def with_provider(fleet: Fleet, provider: Provider) -> Fleet:
    return replace(fleet, providers={**fleet.providers, provider.id: provider})


def test_a_valid_fleet_is_proven() -> None:
    context = context_of(fleet_text(LOCAL, OTHER, CLOUD))
    assert [*prove_bijection(context), *prove_egress(context), *prove_sidecar_traffic(context)] == []


def test_two_providers_under_one_opencode_id_break_the_bijection() -> None:
    """`composite <-> opencode reference round-trips for every chat model` (BC310 rejects this first)."""
    text = fleet_text(LOCAL, OTHER)
    fleet = fleet_of(text)
    broken = with_provider(fleet, replace(fleet.providers["one"], opencode_id="two"))
    found = list(prove_bijection(context_of(text, broken)))
    assert [diagnostic.message for diagnostic in found] == [
        "`one/a` is `two/a` in opencode, which translates back to `two/a`",
        "`one/b` is `two/b` in opencode, which translates back to `two/b`",
    ]
    assert {diagnostic.code for diagnostic in found} == {"BC320"}


def test_an_alias_that_is_another_models_id_breaks_the_bijection() -> None:
    """BC309 rejects this first."""
    text = fleet_text(LOCAL.replace("b: {", "b: {aliases: [a], "))
    found = list(prove_bijection(context_of(text)))
    assert [diagnostic.message for diagnostic in found] == [
        "`one/a` is `one/a` in opencode, which translates back to `one/b`"
    ]


SIDECAR = LOCAL.replace("models:", "sidecar: {base_url: http://127.0.0.1:8009}\n  models:")


def test_a_sidecar_at_the_providers_own_address_would_receive_everything() -> None:
    """`no traffic reaches a sidecar that does not name its type` (BC312 rejects this first)."""
    text = fleet_text(SIDECAR)
    fleet = fleet_of(text)
    one = fleet.providers["one"]
    broken = with_provider(fleet, replace(one, api_base="http://127.0.0.1:8009/v1"))
    found = list(prove_sidecar_traffic(context_of(text, broken)))
    assert [(diagnostic.code, diagnostic.message) for diagnostic in found] == [
        ("BC322", "`one/e` of type embedding would be routed past the sidecar of `one`")
    ]


@pytest.mark.parametrize("api_base", ["http://127.0.0.1:8009/v1", "http://127.0.0.1:08009/v1"])
def test_a_sidecar_at_another_providers_address_would_receive_its_requests(api_base: str) -> None:
    """For every spelling of the address (BC312 rejects this first)."""
    text = fleet_text(SIDECAR, OTHER)
    fleet = fleet_of(text)
    broken = with_provider(fleet, replace(fleet.providers["two"], api_base=api_base))
    found = list(prove_sidecar_traffic(context_of(text, broken)))
    assert [diagnostic.message for diagnostic in found] == [
        "`two/a` of type chat would be routed past the sidecar of `one`",
        "`two/c` of type chat would be routed past the sidecar of `one`",
    ]


def test_two_providers_behind_one_sidecar_would_be_mixed_up() -> None:
    """BC312 rejects this first."""
    text = fleet_text(SIDECAR, OTHER)
    fleet = fleet_of(text)
    broken = with_provider(fleet, replace(fleet.providers["two"], sidecar=fleet.providers["one"].sidecar))
    found = list(prove_sidecar_traffic(context_of(text, broken)))
    assert [diagnostic.message for diagnostic in found] == [
        "`one/a` of type chat would be routed past the sidecar of `two`",
        "`one/b` of type chat would be routed past the sidecar of `two`",
    ]


def test_declared_traffic_that_bypasses_its_sidecar() -> None:
    """A resolver without sidecars would send chat requests directly."""
    context = context_of(fleet_text(SIDECAR))
    vars(context)["resolver"] = Resolver(fleet_of(fleet_text(LOCAL)))
    assert [diagnostic.message for diagnostic in prove_sidecar_traffic(context)] == [
        "`one/a` of type chat would be routed past the sidecar of `one`",
        "`one/b` of type chat would be routed past the sidecar of `one`",
    ]


def test_a_sidecar_that_names_a_type_receives_it() -> None:
    text = fleet_text(SIDECAR, OTHER)
    assert diagnostics_of(text) == []
    assert list(proofs.prove_sidecar_traffic(context_of(text))) == []
