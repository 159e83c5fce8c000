"""Declarations that opencode's files cannot express, and the rules that report them (opencode 1.18.33).

opencode.json describes no optional provider, as opencode would list its models without their key; the catalog
of models.dev has no field for headers or timeouts.
"""

from collections.abc import Iterator

from booconf.diagnostics import Diagnostic
from booconf.fleet.context import CheckContext, diagnostic
from booconf.fleet.model import Fleet
from booconf.targets import Loss


def role_losses(fleet: Fleet) -> Iterator[Loss]:
    """The roles of opencode.json whose model belongs to an optional provider."""
    for role in ("default", "task", "compaction"):
        target: str | None = getattr(fleet.roles, role)
        if target is None:
            continue
        provider = fleet.providers[fleet.model(target).provider]
        if provider.optional:
            yield Loss(
                "opencode",
                ("roles", role),
                f"role `{role}` is on the optional provider `{provider.id}`",
                "opencode.json leaves it out",
            )


def check_role_losses(context: CheckContext) -> Iterator[Diagnostic]:
    """BC509: opencode.json names no model of a provider that may be absent."""
    targets = dict(context.written_roles())
    for loss in role_losses(context.fleet):
        provider, _, _ = targets[loss.subject].partition("/")
        yield diagnostic(
            "BC509",
            f"{loss.what}, so {loss.instead}",
            context.value(*loss.subject),
            context.key("providers", provider, "optional", text="optional here"),
            advice="name a model of a provider that is always there",
        )


def catalog_losses(fleet: Fleet) -> Iterator[Loss]:
    """The headers and timeouts of optional providers, which opencode knows from the catalog alone."""
    for provider in fleet.providers.values():
        if not provider.optional or not provider.chat_models():
            continue
        lost = [
            (("headers", name), _quoted_header(name), "opencode sends requests without it")
            for name in provider.headers
        ]
        if provider.timeouts.header is not None:
            lost.append((("timeouts", "header"), "the timeout", "opencode applies its own"))
        for path, name, instead in lost:
            yield Loss(
                "opencode-catalog",
                ("providers", provider.id, *path),
                f"opencode/models.json has no field for {name} of the optional provider `{provider.id}`",
                instead,
            )


def check_catalog_losses(context: CheckContext) -> Iterator[Diagnostic]:
    """BC511: headers and timeouts of an optional provider are missing from the catalog."""
    for loss in catalog_losses(context.fleet):
        provider = loss.subject[1]
        yield diagnostic(
            "BC511",
            loss.what,
            context.key(*loss.subject),
            context.key("providers", provider, "optional", text="optional here"),
            advice=f"start opencode with opencode/providers/{provider}.json, which contains it, "
            "or remove `optional`",
        )


def _quoted_header(name: str) -> str:
    from booconf.source.redaction.secrets import quoted_key  # noqa: PLC0415 - few fleets have headers

    return quoted_key(name, "the header")
