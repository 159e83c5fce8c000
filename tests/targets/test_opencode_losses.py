"""Losses of opencode's files, and the warnings that report them: BC509, BC511 and BC519."""

import subprocess
import sys

import pytest

from booconf.fleet.model import Fleet
from booconf.targets import TARGETS, Loss, check_losses, emit
from tests.support.fleets import (
    LOCAL,
    ExpectedDiagnostic,
    diagnose_text,
    diagnostics_of,
    fleet_of,
    fleet_text,
    load,
)

SKY = """\
sky:
  kind: openai-compatible
  location: cloud
  base_url: https://sky.example
  api_key_env: SKY_KEY
  models: {m: {context: 32768, capabilities: [tools]}}
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
                (("timeouts", "header"), "the timeout `header`", "opencode applies its own"),
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


def test_agent_on_optional_provider_is_reported() -> None:
    text = fleet_text(LOCAL, OPTIONAL, rest="opencode: {agents: {build: one/a, arena: sky/m}}\n")
    (found,) = diagnose_text(text)
    assert (found.code, found.message) == (
        "BC509",
        "agent `arena` is on the optional provider `sky`, so opencode.json leaves it out",
    )


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ("  headers: {X-Team: boo}\n", [ExpectedDiagnostic("BC511", "X-Team", ("optional",))]),
        ("  headers: {sk-abc: boo}\n", [ExpectedDiagnostic("BC511", "sk-abc", ("optional",))]),
        *(
            (f"  timeouts: {{{name}: 600}}\n", [ExpectedDiagnostic("BC511", name, ("optional",))])
            for name in ("header", "chunk", "total")
        ),
        ("", []),
    ],
)
def test_header_and_timeout_of_optional_provider_are_reported(
    extra: str, expected: list[ExpectedDiagnostic]
) -> None:
    """opencode reads optional providers from its catalog, which has no field for these."""
    assert diagnostics_of(fleet_text(LOCAL, OPTIONAL + extra)) == expected
    assert diagnostics_of(fleet_text(LOCAL, SKY + extra)) == []


def with_members(members: str, api: str = "chat-completions", provider: str = SKY) -> str:
    return fleet_text(
        LOCAL,
        provider.replace("[tools]", f"[tools, reasoning], {members}") + f"  apis: [{api}]\n",
    )


def test_body_for_an_optional_provider_is_reported() -> None:
    text = with_members("extra_body: {top_k: 1}", provider=OPTIONAL)
    assert diagnostics_of(text) == [ExpectedDiagnostic("BC511", "extra_body", ("optional",))]


@pytest.mark.parametrize(
    ("members", "api", "expected"),
    [
        ("extra_body: {top_k: 1}, efforts: [low]", "chat-completions", []),
        ("extra_body: {user: me, reasoning_effort: low, verbosity: low}", "chat-completions", []),
        ("extra_body: {tool_choice: none}", "chat-completions", ["tool_choice"]),
        ("extra_body: {reasoningEffort: low, top_k: 1}", "chat-completions", ["reasoningEffort"]),
        ("extra_body: {textVerbosity: low}", "chat-completions", ["textVerbosity"]),
        ("extra_body: {strictJsonSchema: true}", "chat-completions", ["strictJsonSchema"]),
        ("extra_body: {user: 5, verbosity: null}", "chat-completions", ["user", "verbosity"]),
        ("extra_body: {top_k: 1, user: 5}, efforts: [low]", "responses", ["extra_body"]),
        ("extra_body: {top_k: 1}, efforts: [low]", "messages", ["extra_body", "efforts"]),
        ("efforts: [low]", "messages", ["efforts"]),
    ],
)
@pytest.mark.parametrize("provider", [SKY, OPTIONAL])
def test_unsupported_part_of_a_request_is_reported(
    members: str, api: str, expected: list[str], provider: str
) -> None:
    found = diagnostics_of(with_members(members, api, provider))
    reported = [ExpectedDiagnostic("BC519", name) for name in expected]
    assert [one for one in found if one.code != "BC511"] == reported


def test_each_unsupported_member_names_a_declaration_that_is_sent() -> None:
    text = with_members("extra_body: {reasoningEffort: low, tool_choice: none, user: 5}")
    loading = load(text)
    assert loading.context
    assert [one.help for one in check_losses(loading.context, ["opencode"])] == [
        "write `reasoning_effort`",
        "remove it",
        "write a text",
    ]
