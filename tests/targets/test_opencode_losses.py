"""Losses of opencode's files, and the warnings that report them: optional providers, BC509 and BC511."""

import subprocess
import sys

import pytest

from booconf.fleet.model import Fleet
from booconf.targets import TARGETS, Loss, check_losses, emit
from tests.support.fleets import LOCAL, ExpectedDiagnostic, diagnostics_of, fleet_of, fleet_text, load

SKY = """\
sky:
  kind: openai-compatible
  location: cloud
  base_url: https://sky.example
  api_key_env: SKY_KEY
  models: {m: {context: 32768}}
"""
OPTIONAL = SKY + "  optional: true\n"
EXTRAS = "  headers: {X-Team: boo}\n  timeouts: {header: 600}\n"


def optional_fleet(roles: str = "default: sky/m") -> Fleet:
    return fleet_of(fleet_text(LOCAL, OPTIONAL + EXTRAS, roles=roles))


def test_losses_of_each_target() -> None:
    """A role that fleet.yaml does not name is in no file of opencode, so it is not lost."""
    fleet = optional_fleet("default: sky/m\ntask: sky/m")
    place = "opencode/models.json has no field for"
    assert emit(fleet, TARGETS).losses == (
        *(
            Loss(
                "opencode",
                ("roles", role),
                f"role `{role}` is on the optional provider `sky`",
                "opencode.json leaves it out",
            )
            for role in ("default", "task")
        ),
        *(
            Loss(
                "opencode-catalog",
                ("providers", "sky", *path),
                f"{place} {name} of the optional provider `sky`",
                instead,
            )
            for path, name, instead in (
                (("headers", "X-Team"), "the header `X-Team`", "opencode sends requests without it"),
                (("timeouts", "header"), "the timeout", "opencode applies its own"),
            )
        ),
    )


def test_losses_of_requested_targets_only() -> None:
    context = load(fleet_text(LOCAL, OPTIONAL + EXTRAS, roles="default: sky/m")).context
    assert context
    codes = {target: [one.code for one in check_losses(context, [target])] for target in TARGETS}
    assert {target: found for target, found in codes.items() if found} == {
        "opencode": ["BC509"],
        "opencode-catalog": ["BC511", "BC511"],
    }
    assert {
        target: len(emit(context.fleet, [target]).losses) for target in TARGETS if TARGETS[target].rule
    } == {
        "opencode": 1,
        "opencode-catalog": 2,
    }


def test_unrequested_target_is_not_imported() -> None:
    program = (
        "import sys; from booconf.cli.fleet_file import load;"
        f"loading = load({fleet_text(LOCAL, OPTIONAL + EXTRAS)!r}.encode(), 'fleet.yaml', ['bridge']);"
        "from booconf.targets import emit; assert emit(loading.fleet, ['bridge']).artifacts;"
        "assert not [name for name in sys.modules if 'targets.opencode' in name or 'targets.routing' in name]"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ("default: one/a", []),
        ("default: sky/m", [ExpectedDiagnostic("BC509", "sky/m", ("optional",))]),
        ("default: one/a\ntask: sky/m", [ExpectedDiagnostic("BC509", "sky/m", ("optional",))]),
        ("default: one/a\ncompaction: sky/m", [ExpectedDiagnostic("BC509", "sky/m", ("optional",))]),
        ("default: one/a\narena: [sky/m]", []),
    ],
)
def test_role_on_optional_provider_is_reported(roles: str, expected: list[ExpectedDiagnostic]) -> None:
    """`A role on an optional provider is left out, with a warning`."""
    assert diagnostics_of(fleet_text(LOCAL, OPTIONAL, roles=roles)) == expected


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ("  headers: {X-Team: boo}\n", [ExpectedDiagnostic("BC511", "X-Team", ("optional",))]),
        ("  headers: {sk-abc: boo}\n", [ExpectedDiagnostic("BC511", "sk-abc", ("optional",))]),
        ("  timeouts: {header: 600}\n", [ExpectedDiagnostic("BC511", "header", ("optional",))]),
        ("", []),
    ],
)
def test_header_and_timeout_of_optional_provider_are_reported(
    extra: str, expected: list[ExpectedDiagnostic]
) -> None:
    """opencode reads optional providers from its catalog, which has no field for these."""
    assert diagnostics_of(fleet_text(LOCAL, OPTIONAL + extra)) == expected
    assert diagnostics_of(fleet_text(LOCAL, SKY + extra)) == []
