"""`booconf adopt` from end to end: its output, the written file, and exit codes."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Booconf
from tests.hosts.llama_swap import LlamaSwap, Model
from tests.hosts.simulator import Host, Hosts, Misbehavior, ReceivedRequest, Reply

FLEET = """\
# our fleet
version: 1
default_provider: box
roles: {{default: box/kept, task: box/needed}}
providers:
  box:
    kind: llama-swap
    base_url: {url}
    models:
      kept: {{context: 32768}} # the best
      # the next one is old
      gone: {{context: 16384}} # old
      needed: {{context: 32768}}
      cafe-7b-q4: {{context: 16384}}
"""


@pytest.fixture
def box() -> Iterator[Host]:
    """A llama-swap where a window differs, two models are gone, one is new and one has a new name."""
    with Hosts() as hosts:
        yield hosts.add(
            LlamaSwap(
                models={
                    "kept": Model(context=16384),
                    "cafe-7b-q6": Model(context=16384),
                    "zz": Model(),
                }
            )
        )


@pytest.fixture
def file(folder: Path, box: Host) -> Path:
    path = folder / "fleet.yaml"
    path.write_text(FLEET.format(url=box.url), encoding="utf-8", newline="\n")
    return path


def test_change_is_printed_and_nothing_is_written(booconf: Booconf, file: Path) -> None:
    before = file.read_bytes()
    outcome = booconf("adopt")
    assert outcome.code == 1
    assert "-      kept: {context: 32768} # the best\n" in outcome.out
    assert "+      kept: {context: 16384} # the best\n" in outcome.out
    assert "kept: `box/needed` stays declared" in outcome.out
    assert "the role `task` names it (fleet.yaml:4)" in outcome.out
    assert outcome.err == "booconf: nothing was written; the same command with `--yes` changes fleet.yaml\n"
    assert file.read_bytes() == before


def test_yes_writes_edit_and_leaves_no_drift(booconf: Booconf, file: Path, box: Host) -> None:
    outcome = booconf("adopt", "--yes")
    assert outcome.code == 1
    assert outcome.out.endswith("\nfleet.yaml: 4 changes written, 1 difference kept; next: `booconf build`\n")
    assert file.read_text(encoding="utf-8") == (
        FLEET.format(url=box.url)
        .replace("kept: {context: 32768}", "kept: {context: 16384}")
        .replace("      gone: {context: 16384} # old\n", "      # old\n")
        .replace("cafe-7b-q4: {context: 16384}", "cafe-7b-q4: {context: 16384, upstream: cafe-7b-q6}")
        + "      zz: {context: unknown}\n"
    )
    assert booconf("check").code == 0
    again = booconf("adopt")
    assert (again.code, "---" in again.out) == (1, False)
    assert "kept: `box/needed` stays declared" in again.out
    assert again.out.endswith("\nfleet.yaml stays as it is\n")


def test_no_renames_reports_two_models(booconf: Booconf, file: Path) -> None:
    assert booconf("adopt", "--yes", "--no-renames").code == 1
    text = file.read_text(encoding="utf-8")
    assert "upstream" not in text
    assert "cafe-7b-q6: {context: 16384}" in text
    assert "cafe-7b-q4" not in text


def test_fleet_that_matches_needs_no_change(booconf: Booconf, file: Path, box: Host) -> None:
    box.behavior = LlamaSwap(
        models={name: Model(context=16384) for name in ("gone", "cafe-7b-q4")}
        | {name: Model(context=32768) for name in ("kept", "needed")}
    )
    outcome = booconf("adopt")
    assert (outcome.code, outcome.out, outcome.err) == (0, "fleet.yaml needs no change\n", "")
    assert booconf("adopt", "-q").out == ""


def test_unchecked_host_exits_with_3(booconf: Booconf, file: Path, box: Host) -> None:
    box.stop()
    outcome = booconf("adopt", "--yes")
    assert outcome.code == 3
    assert (
        outcome.out == "unchecked: `box` cannot be reached: connection refused\nfleet.yaml stays as it is\n"
    )


@pytest.mark.parametrize(
    ("needed", "away", "code"), [(True, False, 0), (True, True, 3), (False, False, 1), (False, True, 1)]
)
def test_exit_code_equals_that_of_next_diff(
    booconf: Booconf, file: Path, box: Host, *, needed: bool, away: bool, code: int
) -> None:
    """`box/needed` cannot go, since a role names it, and all else that differs can be adopted."""
    if needed:
        box.behavior = LlamaSwap(models={"kept": Model(context=16384), "needed": Model(context=32768)})
    if away:
        text = file.read_text(encoding="utf-8")
        more = (
            "  attic:\n    kind: vllm\n    base_url: http://127.0.0.1:1\n    models: {a: {context: 4096}}\n"
        )
        file.write_text(text + more, encoding="utf-8", newline="\n")
    assert booconf("adopt").code == 1
    assert booconf("adopt", "--yes").code == code
    assert booconf("diff").code == code
    assert booconf("adopt", "--yes").code == code


def test_saved_observations_are_adopted_without_network(booconf: Booconf, file: Path, box: Host) -> None:
    booconf("diff", "--save", "seen.json")
    box.stop()
    assert booconf("adopt", "--observed", "seen.json", "--yes", "-q").code == 1
    assert "zz: {context: unknown}" in file.read_text(encoding="utf-8")


def test_new_warning_is_mentioned(booconf: Booconf, file: Path, box: Host) -> None:
    outcome = booconf("adopt")
    assert "new warning: " in outcome.out
    assert "(BC405)" in outcome.out


def test_file_changed_during_probe_is_not_overwritten(booconf: Booconf, file: Path, box: Host) -> None:
    behavior = box.behavior

    def change_file(request: ReceivedRequest) -> Reply | Misbehavior:
        file.write_text("mine\n", encoding="utf-8")
        return behavior(request)

    box.behavior = change_file
    outcome = booconf("adopt", "--yes")
    assert outcome.code == 2
    assert outcome.err == "booconf: fleet.yaml was not changed: it was changed meanwhile\n"
    assert file.read_text(encoding="utf-8") == "mine\n"


def test_remaining_differences_are_counted(booconf: Booconf, file: Path, box: Host) -> None:
    other = "  two: {kind: vllm, base_url: 'http://127.0.0.1:1', models: {}}\n"
    file.rename("other fleet.yaml").write_text(FLEET.format(url=box.url) + other, encoding="utf-8")
    outcome = booconf("adopt", "--yes", "-f", "other fleet.yaml")
    assert outcome.out.endswith(
        "\nother fleet.yaml: 4 changes written, 1 difference kept, 1 unchecked; "
        "next: `booconf build -f 'other fleet.yaml'`\n"
    )


def test_link_to_the_fleet_is_followed(booconf: Booconf, file: Path, folder: Path) -> None:
    (folder / "link.yaml").symlink_to(file)
    assert booconf("adopt", "-f", "link.yaml", "--yes").code == 1
    assert (folder / "link.yaml").is_symlink()
    assert "zz" in file.read_text(encoding="utf-8")


def test_message_about_failed_write_names_no_draft(booconf: Booconf, file: Path) -> None:
    """A folder has the name of the draft, so that the error of the system contains that name."""
    before = file.read_bytes()
    file.with_name(f".fleet.yaml.{os.getpid()}.new").mkdir()
    outcome = booconf("adopt", "--yes")
    assert outcome.code == 2
    assert outcome.err == "booconf: fleet.yaml was not changed: Is a directory\n"
    assert file.read_bytes() == before
