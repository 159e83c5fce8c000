"""Declarations that opencode's files cannot express, and the rules that report them (opencode 1.18.33).

opencode.json describes no optional provider, as opencode would list its models without their key; the catalog
of models.dev has no field for headers, timeouts or members of the request body.
"""

from collections.abc import Iterator
from dataclasses import asdict

from booconf.declaration.enums import CHAT_COMPLETIONS
from booconf.diagnostics import Diagnostic
from booconf.escaping import quote
from booconf.fleet.context import CheckContext, diagnostic, role_name
from booconf.fleet.model import Fleet
from booconf.targets import Loss
from booconf.targets.opencode.requests import offered_efforts, unsent_members


def role_losses(fleet: Fleet) -> Iterator[Loss]:
    """The roles and agents of opencode.json whose model belongs to an optional provider."""
    for path, target in fleet.written_roles():
        provider = fleet.providers[fleet.model(target).provider]
        if provider.optional and path[1] != "arena":
            yield Loss(
                "opencode",
                path,
                f"{role_name(path)} is on the optional provider `{provider.id}`",
                "opencode.json leaves it out",
            )


def check_role_losses(context: CheckContext) -> Iterator[Diagnostic]:
    """BC509: opencode.json names no model of a provider that may be absent."""
    targets = dict(context.fleet.written_roles())
    for loss in role_losses(context.fleet):
        provider, _, _ = targets[loss.subject].partition("/")
        yield diagnostic(
            "BC509",
            f"{loss.what}, so {loss.instead}",
            context.value(*loss.subject),
            context.key("providers", provider, "optional", text="optional here"),
            advice="name a model of a provider that is always there",
        )


def request_losses(fleet: Fleet) -> Iterator[tuple[Loss, str]]:
    """The parts of requests that no file for opencode can express, each with advice."""
    for provider in fleet.providers.values():
        api = provider.client_api
        other_api = f"write `{CHAT_COMPLETIONS}` first in `apis`, or remove it"
        for model in provider.chat_models():
            if not model.extra_body and not model.efforts:
                continue
            place = f"of `{model.composite_id}`"
            subject = ("providers", provider.id, "models", model.id)
            if api == CHAT_COMPLETIONS:
                for name, reason, advice in unsent_members(model.extra_body):
                    what = f"opencode cannot send the member {quote(name)} of the `extra_body` {place}"
                    yield Loss("opencode", (*subject, "extra_body", name), what, reason), advice
            elif model.extra_body:
                what = f"opencode cannot send the `extra_body` {place} by the API `{api}`"
                instead = "its requests are without it"
                yield Loss("opencode", (*subject, "extra_body"), what, instead), other_api
            if model.efforts != offered_efforts(provider, model):
                what = f"opencode cannot offer the efforts {place} by the API `{api}`"
                yield Loss("opencode", (*subject, "efforts"), what, "it offers none"), other_api


def check_config_losses(context: CheckContext) -> Iterator[Diagnostic]:
    """BC509 and BC519: opencode.json expresses each role and each part of a request."""
    yield from check_role_losses(context)
    for loss, advice in request_losses(context.fleet):
        yield diagnostic("BC519", f"{loss.what}: {loss.instead}", context.key(*loss.subject), advice=advice)


def catalog_losses(fleet: Fleet) -> Iterator[Loss]:
    """The parts of requests to optional providers, which opencode knows from the catalog alone."""
    for provider in fleet.providers.values():
        if not provider.optional or not provider.chat_models():
            continue
        lost: list[tuple[tuple[str, ...], str, str]] = [
            (("headers", name), _quoted_header(name), "opencode sends requests without it")
            for name in provider.headers
        ]
        lost += [
            (("timeouts", name), f"the timeout `{name}`", "opencode applies its own")
            for name, seconds in asdict(provider.timeouts).items()
            if seconds is not None
        ]
        lost += [
            (
                ("models", model.id, "extra_body"),
                f"the `extra_body` of {quote(model.id)}",
                "opencode sends requests without it",
            )
            for model in provider.chat_models()
            if model.extra_body and provider.client_api == CHAT_COMPLETIONS
        ]
        for path, name, instead in lost:
            yield Loss(
                "opencode-catalog",
                ("providers", provider.id, *path),
                f"opencode/models.json has no field for {name} of the optional provider `{provider.id}`",
                instead,
            )


def check_catalog_losses(context: CheckContext) -> Iterator[Diagnostic]:
    """BC511: the catalog has a field for each part of a request to an optional provider."""
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
