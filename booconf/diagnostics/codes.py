"""The diagnostic codes: severity, title and rule page of each."""

import re
from dataclasses import dataclass

from booconf.diagnostics.diagnostic import Diagnostic, Label, Severity
from booconf.resources import resource_folder

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, slots=True)
class Code:
    """A stable code; its page is docs/rules/<code>.md, whose heading is the title."""

    code: str
    severity: Severity
    title: str


CODES: dict[str, Code] = {
    entry.code: entry
    for entry in (
        # source: the YAML text
        Code("BC101", ERROR, "Invalid UTF-8"),
        Code("BC102", ERROR, "Invalid YAML"),
        Code("BC103", ERROR, "Duplicate key"),
        Code("BC104", ERROR, "Anchor or alias"),
        Code("BC105", ERROR, "Merge key"),
        Code("BC106", ERROR, "Tag or directive"),
        Code("BC107", ERROR, "More than one document"),
        Code("BC108", ERROR, "File too large"),
        Code("BC109", ERROR, "Nesting too deep"),
        Code("BC110", ERROR, "Key is not a string"),
        Code("BC111", ERROR, "Number with a leading zero"),
        Code("BC112", ERROR, "Ambiguous line break"),
        # declaration: the shape of fleet.yaml
        Code("BC201", ERROR, "Unknown key"),
        Code("BC202", ERROR, "Missing key"),
        Code("BC203", ERROR, "Wrong type"),
        Code("BC204", ERROR, "Value not allowed"),
        Code("BC205", ERROR, "Number out of range"),
        Code("BC206", ERROR, "Invalid provider id"),
        Code("BC207", ERROR, "Invalid model id or alias"),
        Code("BC208", ERROR, "Invalid URL or API path"),
        Code("BC209", ERROR, "Invalid environment variable name"),
        Code("BC210", ERROR, "Invalid header name"),
        Code("BC211", ERROR, "Invalid header value or possible secret"),
        Code("BC212", ERROR, "Invalid text"),
        Code("BC213", ERROR, "Duplicate element"),
        Code("BC214", ERROR, "Unsupported format version"),
        Code("BC215", ERROR, "Invalid file path"),
        Code("BC216", ERROR, "Reserved member of the request body"),
        # fleet: ids and resolution
        Code("BC301", ERROR, "Default provider is not a declared local provider"),
        Code("BC302", ERROR, "Role with an undeclared model"),
        Code("BC303", ERROR, "Role with a model that is not a chat model"),
        Code("BC304", ERROR, "Legacy bare id with an undeclared target"),
        Code("BC305", ERROR, "Unreachable legacy bare id"),
        Code("BC306", ERROR, "Former provider with an undeclared successor"),
        Code("BC307", ERROR, "Former provider declared again"),
        Code("BC308", ERROR, "Ambiguous model id of the default provider"),
        Code("BC309", ERROR, "Duplicate name within a provider"),
        Code("BC310", ERROR, "opencode id of another provider"),
        Code("BC311", ERROR, "Context override without a match"),
        Code("BC312", ERROR, "Sidecar address already in use"),
        Code("BC313", ERROR, "opencode id of a built-in provider"),
        Code("BC314", ERROR, "Optional provider without a key"),
        Code("BC315", ERROR, "Two sources of one key"),
        Code("BC320", ERROR, "Composite id changed by opencode"),
        Code("BC321", ERROR, "Local id routed to a cloud provider"),
        Code("BC322", ERROR, "Traffic that a sidecar does not accept"),
        # fleet: context windows
        Code("BC401", ERROR, "Chat model without a context window"),
        Code("BC402", ERROR, "Input limit above the context window"),
        Code("BC403", ERROR, "Output limit fills the context window"),
        Code("BC404", ERROR, "Output limit on a model that is not a chat model"),
        Code("BC405", WARNING, "Unknown context window"),
        Code("BC406", ERROR, "No room for input"),
        Code("BC407", ERROR, "Reasoning efforts on a model without reasoning"),
        # fleet: client behavior
        Code("BC501", WARNING, "Key sent over plain http"),
        Code("BC502", WARNING, "Two roles make one host swap models"),
        Code("BC503", WARNING, "Base URL ends in the API path"),
        Code("BC504", WARNING, "Small window for a coding role"),
        Code("BC505", WARNING, "Override raises a declared window"),
        Code("BC506", WARNING, "Duplicate base URL"),
        Code("BC507", WARNING, "Duplicate arena model"),
        Code("BC508", WARNING, "Optional provider built into opencode"),
        Code("BC509", WARNING, "Role on an optional provider"),
        Code("BC510", WARNING, "Provider merged with a built-in one of opencode"),
        Code("BC511", WARNING, "Setting of an optional provider not supported by opencode"),
        Code("BC512", WARNING, "Address where every request loads a model"),
        Code("BC513", WARNING, "Little room for input"),
        Code("BC514", WARNING, "Output limit above opencode's"),
        Code("BC515", WARNING, "Compaction model with a smaller window"),
        Code("BC516", WARNING, "Sessions depend on the compaction host"),
        Code("BC517", WARNING, "Coding role on a model without tools"),
        Code("BC518", WARNING, "Name changes opencode's requests"),
        Code("BC519", WARNING, "Request member not supported by opencode"),
        # output: the files under --out
        Code("BC601", ERROR, "Stale generated file"),
        Code("BC602", ERROR, "Edited generated file"),
        Code("BC603", ERROR, "Missing generated file"),
        Code("BC604", ERROR, "Orphaned generated file"),
        Code("BC605", ERROR, "Invalid manifest"),
        Code("BC606", ERROR, "Unsafe output folder"),
        # drift: differences between a host and its declaration
        Code("BC701", ERROR, "Declared model missing from its host"),
        Code("BC702", WARNING, "Undeclared model on a host"),
        Code("BC703", ERROR, "Model of a role missing from its host"),
        Code("BC704", ERROR, "Model probably renamed on its host"),
        Code("BC705", WARNING, "Different alias"),
        Code("BC706", ERROR, "Declared window above the served one"),
        Code("BC707", WARNING, "Declared window below the served one"),
        Code("BC708", WARNING, "Running model with another window than listed"),
        Code("BC709", WARNING, "Duplicate id on a host"),
        # drift: hosts not checked
        Code("BC721", WARNING, "Unreachable host"),
        Code("BC722", WARNING, "Key rejected by a host"),
        Code("BC723", WARNING, "Key not set"),
        Code("BC724", WARNING, "Invalid response from a host"),
        Code("BC725", WARNING, "Host of another kind"),
        Code("BC726", WARNING, "Host still loading"),
        Code("BC727", WARNING, "Unreachable sidecar"),
        Code("BC728", NOTE, "Optional provider skipped"),
        Code("BC729", WARNING, "Provider missing from the saved observations"),
        Code("BC730", WARNING, "Probe would load a model"),
        Code("BC731", WARNING, "Error response from a host"),
    )
}


def diagnose(
    code: str,
    message: str,
    primary: Label | None = None,
    secondary: tuple[Label, ...] = (),
    help: str | None = None,  # noqa: A002 - the name of the field
) -> Diagnostic:
    """A diagnostic of `code`, one of CODES, with its severity."""
    return Diagnostic(code, CODES[code].severity, message, primary, secondary, help)


def rule_page(code: str) -> str | None:
    """The Markdown text of docs/rules/<code>.md, `code` in any case; None for an unknown code."""
    if not re.fullmatch("[Bb][Cc][0-9]{3}", code):
        return None
    page = resource_folder("rule_pages") / f"{code.upper()}.md"
    return page.read_text(encoding="utf-8") if page.is_file() else None
