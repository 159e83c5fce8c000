"""Four formats of one report have the same content, and each escapes control characters."""

import json
import re
from pathlib import PurePosixPath, PureWindowsPath

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booconf.diagnostics import CODES, Diagnostic, Label, Position, Severity, Span
from booconf.diagnostics.codes import rule_page
from booconf.diagnostics.report import FORMATS, Report, gather, render
from booconf.diagnostics.sarif import file_uri
from booconf.resources import resource_folder

positions = st.builds(Position, st.integers(1, 60), st.integers(1, 60))
texts = st.text(max_size=20) | st.text("\x1b\n\r\t:,%\u202e\u2028 a", max_size=8)
labels = st.builds(
    Label,
    st.builds(lambda file, start, end: Span(file, *sorted((start, end))), texts, positions, positions),
    texts,
)
diagnostics = st.builds(
    Diagnostic,
    st.sampled_from(list(CODES)),
    st.sampled_from(list(Severity)),
    texts,
    st.none() | labels,
    st.lists(labels, max_size=3).map(tuple),
    st.none() | texts,
    st.lists(texts, max_size=2).map(tuple),
)
reports = st.lists(diagnostics, max_size=5).map(
    lambda found: gather(found, lambda file, line: file * (line % 3))
)

VALIDATOR = jsonschema.Draft202012Validator(
    json.loads((resource_folder("schema") / "diagnostics.schema.json").read_text(encoding="utf-8"))
)

CLASH = Diagnostic(
    "BC309",
    Severity.ERROR,
    "the alias `a,b:c` stands 100% twice",
    Label(Span("my fleet.yaml", Position(7, 5), Position(7, 10)), "again"),
    (
        Label(Span("my fleet.yaml", Position(3, 5), Position(3, 10)), "first declared here"),
        Label(Span("my fleet.yaml", Position(1, 1), Position(2, 1))),
    ),
    "rename one:\n  b: {}",
    ("names differ by more than case",),
)


def document(report: Report) -> dict[str, object]:
    parsed: dict[str, object] = json.loads(render(report, "json"))
    return parsed


def test_formats() -> None:
    assert list(FORMATS) == ["text", "json", "github", "sarif"]


@settings(max_examples=40)
@given(reports)
def test_every_format_shows_the_same_set(report: Report) -> None:
    expected = [(diagnostic.severity, diagnostic.code) for diagnostic in report.diagnostics]
    text = re.findall(r"^(\w+)\[(BC\d+)\]: ", render(report, "text"), re.MULTILINE)
    parsed = document(report)["diagnostics"]
    assert isinstance(parsed, list)
    github = re.findall(r"^::(\w+) .*title=(BC\d+) ", render(report, "github"), re.MULTILINE)
    (run,) = json.loads(render(report, "sarif"))["runs"]
    assert text == expected
    assert [(one["severity"], one["code"]) for one in parsed] == expected
    assert [(severity.replace("notice", "note"), code) for severity, code in github] == expected
    assert [(one["level"], one["ruleId"]) for one in run["results"]] == expected


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=40)
@given(reports)
def test_every_format_escapes_control_characters(name: str, report: Report) -> None:
    rendered = render(report, name)
    assert (
        re.search(
            "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", rendered
        )
        is None
    )
    rendered.encode()
    if name in {"json", "sarif"}:
        assert rendered.isascii()


@settings(max_examples=40)
@given(reports)
def test_the_json_document_has_the_shape_of_its_schema(report: Report) -> None:
    VALIDATOR.validate(document(report))


def test_schema_is_valid_and_closed() -> None:
    VALIDATOR.check_schema(VALIDATOR.schema)
    assert not VALIDATOR.is_valid({**document(gather([CLASH])), "more": 1})


def test_the_json_document() -> None:
    def between(line: int, column: int, end_line: int, end_column: int) -> dict[str, dict[str, int]]:
        return {"start": {"line": line, "column": column}, "end": {"line": end_line, "column": end_column}}

    span = {"file": "my fleet.yaml", **between(7, 5, 7, 10)}
    assert document(gather([CLASH, Diagnostic("BC501", Severity.WARNING, "w")])) == {
        "version": 1,
        "diagnostics": [
            {
                "code": "BC309",
                "severity": "error",
                "title": CODES["BC309"].title,
                "message": "the alias `a,b:c` stands 100% twice",
                **span,
                "label": "again",
                "secondary": [
                    {**span, **between(3, 5, 3, 10), "label": "first declared here"},
                    {**span, **between(1, 1, 2, 1), "label": None},
                ],
                "help": "rename one:\n  b: {}",
                "notes": ["names differ by more than case"],
                "docs": "docs/rules/BC309.md",
            },
            {
                "code": "BC501",
                "severity": "warning",
                "title": CODES["BC501"].title,
                "message": "w",
                "file": None,
                "start": None,
                "end": None,
                "label": None,
                "secondary": [],
                "help": None,
                "notes": [],
                "docs": "docs/rules/BC501.md",
            },
        ],
        "summary": {"errors": 1, "warnings": 1, "notes": 0},
    }  # fmt: skip


def test_github_annotations() -> None:
    several = Diagnostic(
        "BC102", Severity.NOTE, "m", Label(Span("a:b,c.yaml", Position(2, 3), Position(4, 1)))
    )
    nowhere = Diagnostic("BC501", Severity.WARNING, "w")
    assert render(gather([CLASH, several, nowhere]), "github").splitlines() == [
        "::notice file=a%3Ab%2Cc.yaml,line=2,endLine=4,title=BC102 Invalid YAML::m",
        (
            "::error file=my fleet.yaml,line=7,endLine=7,col=5,endColumn=10,"
            "title=BC309 Duplicate name within a provider"
            "::the alias `a,b:c` stands 100%25 twice%0Aagain%0Amy fleet.yaml:3:5: first declared here"
            "%0Amy fleet.yaml:1:1%0Ahelp: rename one:%0A  b: {}%0Anote: names differ by more than case"
        ),
        "::warning title=BC501 Key sent over plain http::w",
    ]


def test_report_without_diagnostics() -> None:
    assert [render(gather([]), name) for name in ("text", "github")] == ["", ""]
    assert document(gather([])) == {
        "version": 1,
        "diagnostics": [],
        "summary": {"errors": 0, "warnings": 0, "notes": 0},
    }
    assert json.loads(render(gather([]), "sarif"))["runs"][0]["results"] == []


def test_only_text_has_color() -> None:
    report = gather([CLASH])
    assert "\x1b[1;31m" in render(report, "text", color=True)
    assert [render(report, name, color=True) for name in list(FORMATS)[1:]] == [
        render(report, name) for name in list(FORMATS)[1:]
    ]


def test_the_sarif_log() -> None:
    def place(line: int, end_line: int, column: int, end_column: int) -> dict[str, object]:
        region = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
        return {"physicalLocation": {"artifactLocation": {"uri": "my%20fleet.yaml"}, "region": region}}

    log = json.loads(render(gather([CLASH, Diagnostic("BC501", Severity.WARNING, "w")]), "sarif"))
    assert log == {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "booconf",
                        "rules": [
                            {
                                "id": code,
                                "shortDescription": {"text": CODES[code].title},
                                "help": {"text": f"booconf rule {code}", "markdown": rule_page(code)},
                                "defaultConfiguration": {"level": level},
                            }
                            for code, level in (("BC309", "error"), ("BC501", "warning"))
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    {
                        "ruleId": "BC309",
                        "ruleIndex": 0,
                        "level": "error",
                        "message": {
                            "text": "the alias `a,b:c` stands 100% twice\nhelp: rename one:\n  b: {}\n"
                            "note: names differ by more than case"
                        },
                        "locations": [{**place(7, 7, 5, 10), "message": {"text": "again"}}],
                        "relatedLocations": [
                            {"id": 1, **place(3, 3, 5, 10), "message": {"text": "first declared here"}},
                            {"id": 2, **place(1, 2, 1, 1)},
                        ],
                    },
                    {
                        "ruleId": "BC501",
                        "ruleIndex": 1,
                        "level": "warning",
                        "message": {"text": "w"},
                        "locations": [],
                    },
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (PurePosixPath("fleet.yaml"), "fleet.yaml"),
        (PurePosixPath("./conf/my fleet#1?.yaml"), "conf/my%20fleet%231%3F.yaml"),
        (PurePosixPath("../a:b.yaml"), "../a%3Ab.yaml"),
        (PurePosixPath("a:b.yaml"), "a%3Ab.yaml"),
        (PurePosixPath("<stdin>"), "%3Cstdin%3E"),
        (PurePosixPath("/home/sam/flotte-ü.yaml"), "file:///home/sam/flotte-%C3%BC.yaml"),
        (PurePosixPath("//home/fleet.yaml"), "file:///home/fleet.yaml"),
        (PurePosixPath("half\udc80.yaml"), "half%ED%B2%80.yaml"),
        (PureWindowsPath("conf\\fleet.yaml"), "conf/fleet.yaml"),
        (PureWindowsPath("C:\\conf\\my fleet.yaml"), "file:///C:/conf/my%20fleet.yaml"),
        (PureWindowsPath("\\\\host\\share\\fleet.yaml"), "file://host/share/fleet.yaml"),
    ],
)  # fmt: skip
def test_files_are_uris(path: PurePosixPath | PureWindowsPath, uri: str) -> None:
    assert file_uri(path) == uri
