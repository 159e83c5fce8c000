"""Every diagnostic code booconf can print: its default severity and its title."""

from dataclasses import dataclass

from booconf.diagnostics.diagnostic import Diagnostic, Label, Severity

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, slots=True)
class Code:
    """A stable code; its page is docs/rules/<code>.md and starts with the title."""

    code: str
    severity: Severity
    title: str


CODES: dict[str, Code] = {
    entry.code: entry
    for entry in (
        # source: the YAML text
        Code("BC101", ERROR, "The file is not UTF-8 text"),
        Code("BC102", ERROR, "The YAML cannot be parsed"),
        Code("BC103", ERROR, "A key stands twice in one mapping"),
        Code("BC104", ERROR, "Anchors and aliases are not read"),
        Code("BC105", ERROR, "Merge keys are not read"),
        Code("BC106", ERROR, "Tags and directives are not read"),
        Code("BC107", ERROR, "The file holds more than one document"),
        Code("BC108", ERROR, "The file is too large"),
        Code("BC109", ERROR, "The file is nested too deeply"),
        Code("BC110", ERROR, "A key is not a string"),
        Code("BC111", ERROR, "A number starts with a zero"),
        Code("BC112", ERROR, "A character that YAML versions read differently"),
        # declaration: the shape of fleet.yaml
        Code("BC201", ERROR, "A key is unknown"),
        Code("BC202", ERROR, "A required key is missing"),
        Code("BC203", ERROR, "A value has the wrong type"),
        Code("BC204", ERROR, "A value is not one of those allowed"),
        Code("BC205", ERROR, "A number is out of range"),
        Code("BC206", ERROR, "A provider id is not valid"),
        Code("BC207", ERROR, "A model id or alias is not valid"),
        Code("BC208", ERROR, "A URL or API path is not valid"),
        Code("BC209", ERROR, "An environment variable name is not valid"),
        Code("BC210", ERROR, "A header name is not valid"),
        Code("BC211", ERROR, "A header value is not valid or looks like a secret"),
        Code("BC212", ERROR, "A text is empty, too long or holds control characters"),
        Code("BC213", ERROR, "A list names one thing twice"),
        Code("BC214", ERROR, "The version of the format is not supported"),
        # fleet: ids and resolution
        Code("BC301", ERROR, "default_provider is not a declared local provider"),
        Code("BC302", ERROR, "A role names a model that is not declared"),
        Code("BC303", ERROR, "A role names a model that is not a chat model"),
        Code("BC304", ERROR, "The target of a legacy bare id is not declared"),
        Code("BC305", ERROR, "A legacy bare id would never be looked up"),
        Code("BC306", ERROR, "The successor of a former provider is not declared"),
        Code("BC307", ERROR, "A former provider id is declared again"),
        Code("BC308", ERROR, "A model id of the default provider reads as a composite id"),
        Code("BC309", ERROR, "Two names of one provider are equal or differ by case only"),
        Code("BC310", ERROR, "An opencode id belongs to another provider"),
        Code("BC311", ERROR, "A context override matches nothing"),
        Code("BC312", ERROR, "A sidecar stands at an address that is not its own"),
        Code("BC313", ERROR, "An opencode id is a built-in provider of opencode"),
        Code("BC314", ERROR, "An optional provider names no key"),
        Code("BC320", ERROR, "A composite id does not survive the way to opencode and back"),
        Code("BC321", ERROR, "A local id leads to a cloud provider"),
        Code("BC322", ERROR, "A sidecar would receive traffic it does not name"),
        # fleet: context windows
        Code("BC401", ERROR, "A chat model has no context window"),
        Code("BC402", ERROR, "The input limit is larger than the window"),
        Code("BC403", ERROR, "The output limit leaves no room in the window"),
        Code("BC404", ERROR, "An output limit stands on a model that does not chat"),
        Code("BC405", WARNING, "A chat model's window is unknown"),
        # fleet: what a client would quietly do
        Code("BC501", WARNING, "A key travels over plain http"),
        Code("BC502", WARNING, "Two roles make one host swap models"),
        Code("BC503", WARNING, "A base URL already ends in the API path"),
        Code("BC504", WARNING, "A coding role has a window under 16k"),
        Code("BC505", WARNING, "An override raises a declared window"),
        Code("BC506", WARNING, "Two providers share one base URL"),
        Code("BC507", WARNING, "The arena names one model twice"),
        Code("BC508", WARNING, "opencode has this optional provider built in"),
        Code("BC509", WARNING, "A role on an optional provider is left out for opencode"),
        Code("BC510", WARNING, "A provider adds its models to a built-in one of opencode"),
        Code("BC511", WARNING, "opencode has no place for a header or timeout of an optional provider"),
        Code("BC512", WARNING, "Every request to an address loads a model"),
        # output: the files under --out
        Code("BC601", ERROR, "A generated file is stale"),
        Code("BC602", ERROR, "A generated file was edited by hand"),
        Code("BC603", ERROR, "A generated file is missing"),
        Code("BC604", ERROR, "A generated file is an orphan"),
        Code("BC605", ERROR, "The manifest cannot be trusted"),
        Code("BC606", ERROR, "The output folder cannot be written safely"),
        # drift: how a live host differs from what is declared
        Code("BC701", ERROR, "A declared model is absent from its host"),
        Code("BC702", WARNING, "A host serves a model that is not declared"),
        Code("BC703", ERROR, "The model of a role is absent from its host"),
        Code("BC704", ERROR, "A model was probably renamed on its host"),
        Code("BC705", WARNING, "An alias differs"),
        Code("BC706", ERROR, "A declared window is larger than the served one"),
        Code("BC707", WARNING, "A declared window is smaller than the served one"),
        Code("BC708", WARNING, "A running model has another window than its host says"),
        Code("BC709", WARNING, "A host lists one id twice"),
        # drift: what could not be asked
        Code("BC721", WARNING, "A host cannot be reached"),
        Code("BC722", WARNING, "A host refuses the key"),
        Code("BC723", WARNING, "A key that a host needs is not set"),
        Code("BC724", WARNING, "A host answers nonsense"),
        Code("BC725", WARNING, "A host is of another kind"),
        Code("BC726", WARNING, "A host is still loading"),
        Code("BC727", WARNING, "A sidecar cannot be reached"),
        Code("BC728", NOTE, "An optional provider was skipped"),
        Code("BC729", WARNING, "The saved observations say nothing about a provider"),
        Code("BC730", WARNING, "Asking a host would load a model"),
        Code("BC731", WARNING, "A host answers with an error"),
    )
}


def diagnose(
    code: str,
    message: str,
    primary: Label | None = None,
    secondary: tuple[Label, ...] = (),
    help: str | None = None,  # noqa: A002 - as the field is called
) -> Diagnostic:
    """A diagnostic of `code`, one of CODES, with its usual severity."""
    return Diagnostic(code, CODES[code].severity, message, primary, secondary, help)
