"""Excerpts never show what may be a secret: in a file that was read, exactly; in one that was not, in doubt.

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
def test_a_file_that_was_read_shows_what_is_known_to_be_harmless(line: int, shown: str) -> None:
    assert masked(FLEET, parsed=True)[line - 1] == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (2, "version: 1  # X-Note: ****"),
        (3, "default_provider: sam"),
        (4, "roles: {default: sam/x, extra: *****"),
        (6, "  bare_ids: {a: ********************"),
        (11, "    base_url: http://*******@127.0.0.1:80/x?*************"),
        (12, "    x_auth: ***********"),
        (14, "      ************"),
        (15, "    api_key_env: KEY"),
        (16, "    headers: *******************************"),
        (19, "    ignore: [a, b]"),
        (22, "      secret: {context: 1}"),
        (35, "      ***********"),
        (41, "  none: *"),
        (43, '- match: "*x"'),
        (44, "  secret: ****"),
        (45, "  reason: it # is # so"),
    ],
)
def test_a_file_that_was_not_read_shows_known_keys_where_they_belong(line: int, shown: str) -> None:
    assert masked(FLEET, parsed=False)[line - 1] == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("providers:\n  sam\n    kind: x", "    kind: *"),
        ("providers:\n  sam:\n    kind llama", "    kind llama"),
        ("providers:\n  sam:\n    x_auth hush", "    x_auth ****"),
        ("providers:\n  sam:\n    ignore:\n    - one", "    - one"),
        ("providers:\n  sam:\n    ignore:\n      - one two", "      - one ***"),
        ("providers:\n  sam:\n    - hush", "    ******"),
        ("providers:\n  - kind: hush", "  - kind: ****"),
        ("providers: hush", "providers: ****"),
        ("providers: &x", "providers: &x"),
        ("headers: {label: hush}", "headers: *************"),
        ("roles: {default: a, x: hush", "roles: {default: a, x: ****"),
        ("roles: {default: a, x hush", "roles: {default: a, x ****"),
        ('roles: {"default":"a","x":"hush"', 'roles: {"default":"a","x":******'),
        ("roles: {default: a,\n  extra: hush", "  extra: ****"),
        ("roles: {x: [hush,\n  hush", "  ****"),
        ("roles: {\ndefault: a, x: hush}", "default: ***********"),
        ("  ]", "  *"),
        ("context_overrides:\n  - match: a\n  - match: b", "  - match: b"),
        ("context_overrides:\n- - match: hush", "- - match: ****"),
        ("legacy: # this, or that\n  bare_ids:", "  bare_ids:"),
        ('roles: {default: "a # b", extra: hush}', 'roles: {default: "a # b", extra: *****'),
        ("version: 1 token=hush", "version: 1 token=****"),
        ("version: 1 a=b token = hush x", "version: 1 a=b token = ******"),
        ("providers:\n  sam:\n    base_url: http://a?hush@hush", "    base_url: http://***********"),
        ("providers:\n  sam:\n    base_url: u:hush@h", "    base_url: ******@h"),
        ("version: 1 # token hush", "version: 1 # token ****"),
        ("# Bearer hush", "# Bearer ****"),
        ("# plain words", "# plain words"),
        ("# label: shown", "# label: shown"),
        ("# " + "x" * 2000, "*" * 2002),
        ("label: " + "x" * 2000, "*" * 2007),
        ("   ", "   "),
        ("a: [", "a: *"),
        ("version:\t'1", "version:\t'1"),
    ],
)
def test_the_last_line_of_a_broken_file(text: str, shown: str) -> None:
    source = SourceText("fleet.yaml", text)
    assert mask(source, None)(len(source.line_starts)) == shown


def test_a_long_comment_of_a_file_that_was_read_is_hidden() -> None:
    assert masked(f"version: 1 # {'x' * 2000}\n", parsed=True) == [f"version: 1 {'*' * 2002}"]


@pytest.mark.parametrize("text", ["", "# note: hush", "[hush]", "hush", "- {version: hush}"])
def test_a_document_that_is_no_mapping_is_hidden(text: str) -> None:
    assert "hush" not in mask(SourceText("fleet.yaml", text), document(text))(1)


@pytest.mark.parametrize("text", ["version: 1", "version: ["])
@pytest.mark.parametrize("number", [-1, 0, 2, 99])
def test_a_line_outside_the_file_is_empty(text: str, number: int) -> None:
    source = SourceText("fleet.yaml", text)
    assert mask(source, None if "[" in text else document(text))(number) == ""


@pytest.mark.parametrize("parsed", [True, False])
def test_a_key_where_its_variable_should_be_named_is_hidden(*, parsed: bool) -> None:
    text = "providers:\n  a:\n    api_key_env: sk-proj-1234 # pasted\n    label: b\n"
    assert masked(text, parsed=parsed)[2].startswith("    api_key_env: ************")
    named = text.replace("sk-proj-1234", '"A_KEY"')
    assert masked(named, parsed=parsed)[2] == '    api_key_env: "A_KEY" # pasted'
