"""Excerpts never show a possible secret: exact in a document, line by line in a text that is none.

Every secret of these texts is spelled `hush`; nothing else is.
"""

import pytest

from booconf.source import SourceText, mask
from tests.support.yaml_text import document

FLEET = """\
# Authorization: Bearer hush
version: 1  # X-Note: hush
default_provider: sam
roles: {default: sam/x, extra: hush}
legacy:
  bare_ids: {a: b/c, my-token: hush}
providers:
  sam:
    kind: llama-swap
    label: "Sam # one: two" # see http://u:hush@h
    base_url: http://me:hush@127.0.0.1:80/x?key=hush#hush
    x_auth: hush # hush
    api_key: "hush
      label: hush"
    api_key_env: KEY
    headers: {A: "Bearer hush", label: hush}
    sidecar: hush
    opencode: [hush]
    ignore: [a, b]
    models:
      token-llama: {context: 5, extra: hush, label: a}
      secret: {context: 1}
      m:
        label: |
          text # hush=1
        extra:
          - hush
          - label: hush
        # hush
        context: 5 # note: hush
        input: # other: hush
        type: {label: hush}
  embedding:
    headers:
      X-A: 'hush'
      X-B: # hush
      X C: 1
      ? X-D hush
    base_url: "http:\\/\\/u:hush\\u0040h/"
  password: hush
  none: ~
context_overrides:
- match: "*x"
  secret: hush
  reason: it # is # so
  reason2: >-
    hush
    hush
"""


def masked(text: str, *, parsed: bool) -> list[str]:
    source = SourceText("fleet.yaml", text)
    line = mask(source, document(text) if parsed else None)
    return [line(number) for number in range(1, len(source.line_starts))]


@pytest.mark.parametrize("parsed", [True, False])
def test_no_secret_is_shown_and_no_column_moves(parsed: bool) -> None:
    text = FLEET.replace("text # hush=1", "text # none") if parsed else FLEET
    for shown, line in zip(masked(text, parsed=parsed), text.splitlines(), strict=True):
        assert "hush" not in shown
        assert len(shown) == len(line)
        assert len(shown) - len(shown.lstrip()) == len(line) - len(line.lstrip())


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (1, "# Authorization: ***********"),
        (2, "version: 1  # X-Note: ****"),
        (3, "default_provider: sam"),
        (4, "roles: {default: sam/x, extra: ****}"),
        (6, "  bare_ids: {a: b/c, my-token: ****}"),
        (10, '    label: "Sam # one: two" # see http://******@h'),
        (11, "    base_url: http://*******@127.0.0.1:80/x?*************"),
        (12, "    x_auth: **** ******"),
        (13, "    api_key: *****"),
        (14, "      ************"),
        (15, "    api_key_env: KEY"),
        (16, "    headers: {A: *************, label: ****}"),
        (17, "    sidecar: ****"),
        (18, "    opencode: ******"),
        (19, "    ignore: [a, b]"),
        (21, "      token-llama: {context: 5, extra: ****, label: a}"),
        (22, "      secret: {context: 1}"),
        (26, "        extra:"),
        (27, "          ******"),
        (32, "        type: *************"),
        (36, "      X-B: ******"),
        (37, "      ***: *"),
        (38, "      ? ********"),
        (39, "    base_url: *************************"),
        (42, "context_overrides:"),
        (43, '- match: "*x"'),
        (45, "  reason: it # is # so"),
    ],
)
def test_line_of_a_document_shows_harmless_values(line: int, shown: str) -> None:
    assert masked(FLEET, parsed=True)[line - 1] == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("version: 1  # X-Note: hush", "version: *****************"),
        ("providers:", "providers:"),
        ("    api_key_env: KEY", "    api_key_env: ***"),
        ("  sam-desktop:", "  sam-desktop:"),
        ("  - match: hush", "  - match: ****"),
        ("- - match: hush", "- - match: ****"),
        ("- hush", "******"),
        ("roles: {default: hush, x: hush", "roles: ***********************"),
        ("{version: hush", "{version: ****"),
        ('  "label" : hush', '  "label" : ****'),
        ("    base_url: http://me:hush@h", "    base_url: ****************"),
        ("    base_url:hush", "    base_url:****"),
        ("kind hush", "kind ****"),
        ("x_auth hush", "***********"),
        ("sk-hush: x", "**********"),
        ("hush+hush: x", "************"),
        ("? X-D hush", "**********"),
        ("# Authorization: Bearer hush", "# Authorization: ***********"),
        ("# hush", "******"),
        ("    hush  ", "    ****  "),
        ("  ]", "  ]"),
        ("---", "---"),
        ("version:\t'1", "version:\t**"),
        ("   ", "   "),
        ("", ""),
    ],
)
def test_line_of_unparsed_text_is_masked_after_its_first_key(text: str, shown: str) -> None:
    assert mask(SourceText("fleet.yaml", f"a: [\n{text}"), None)(2) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("HTTPS://desk.lan/v1/", "HTTPS://desk.lan/v1/"),
        ('"http://[::1]:80"', '"http://[::1]:80"'),
        ("127.0.0.1:8080", "127.0.0.1:8080"),
        ("localhost:8080/v1", "localhost:8080/v1"),
        ("desk.lan", "desk.lan"),
        ("/v1", "/v1"),
        ("''", "''"),
        ("http://h:hush", "http://******"),
        ("http://h:80hush/x", "http://**********"),
        ("http://h hush", "http://******"),
        ("http:hush", "http:****"),
        ("hush", "****"),
        ("'hush'", "'*****"),
        ("hush/hush", "*********"),
        ("sk-hush.lan:80", "**************"),
        ("http://sk-hush/x", "http://*********"),
        ("ftp://hush:hush", "ftp://*********"),
        ("http://u:hush@h", "http://******@h"),
        ("http://u:hush@h:hush", "http://*************"),
        ("http://h?hush@h", "http://********"),
        ("http://h/x?hush", "http://h/x?****"),
        ("http://h#hush", "http://h#****"),
        ("u:hush@h.lan", "******@h.lan"),
        ("u:hush@h", "********"),
    ],
)
@pytest.mark.parametrize("key", ["base_url", "api_path"])
def test_value_that_is_no_url_is_masked(key: str, value: str, shown: str) -> None:
    text = f"providers:\n  a:\n    {key}: {value}\n    sidecar:\n      base_url: {value}\n"
    assert masked(text, parsed=True)[2] == f"    {key}: {shown}"
    assert masked(text, parsed=True)[4] == f"      base_url: {shown}"


def test_long_comment_of_a_document_is_masked() -> None:
    assert masked(f"version: 1 # {'x' * 2000}\n", parsed=True) == [f"version: 1 {'*' * 2002}"]


@pytest.mark.parametrize("text", ["", "# note: hush", "[hush]", "hush", "- {version: hush}"])
def test_document_that_is_not_a_mapping_is_masked(text: str) -> None:
    assert "hush" not in mask(SourceText("fleet.yaml", text), document(text))(1)


@pytest.mark.parametrize("text", ["version: 1", "version: ["])
@pytest.mark.parametrize("number", [-1, 0, 2, 99])
def test_a_line_outside_the_file_is_empty(text: str, number: int) -> None:
    source = SourceText("fleet.yaml", text)
    assert mask(source, None if "[" in text else document(text))(number) == ""


def test_value_that_is_not_a_variable_name_is_masked() -> None:
    text = "providers:\n  a:\n    api_key_env: sk-proj-1234 # pasted\n    label: b\n"
    assert masked(text, parsed=True)[2] == "    api_key_env: ************ ********"
    named = text.replace("sk-proj-1234", '"A_KEY"')
    assert masked(named, parsed=True)[2] == '    api_key_env: "A_KEY" # pasted'
