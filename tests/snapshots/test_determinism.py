"""`Byte-identical for the same fleet.yaml on any machine, locale, working directory and hash seed`."""

import os
import platform
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import booconf
from booconf.targets import TARGETS, emit
from tests.support.fleets import COMMITTED, ROOT, fleet_of, sample_fleets
from tests.support.strategies import yaml_text

ENVIRONMENTS = {
    "another hash seed": {"PYTHONHASHSEED": "12345"},
    "another locale": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    "no locale": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "another time zone": {"TZ": "Pacific/Kiritimati"},
    "keys that are set": {"DEEPSEEK_API_KEY": "set", "LLAMA_SWAP_URL": "http://elsewhere"},
    "another user": {"HOME": "/nonexistent", "USER": "nobody", "USERPROFILE": "C:\\nobody"},
    "a wide terminal with color": {"COLUMNS": "300", "FORCE_COLOR": "1", "TERM": "xterm-256color"},
}
FORMS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda raw: raw,
    "with CRLF": lambda raw: raw.replace(b"\n", b"\r\n"),
    "with a byte order mark": lambda raw: b"\xef\xbb\xbf" + raw,
    "with comments and blanks": lambda raw: (
        b"# a comment\n\n" + raw.replace(b"\n", b" # another\n") + b"\n\n"
    ),
}


def build(fleet: Path, out: Path, folder: Path, variables: dict[str, str]) -> dict[str, bytes]:
    """The files that `booconf build` writes, by path."""
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    command = [sys.executable, "-m", "booconf", "build", "-f", str(fleet), "--out", str(out)]
    subprocess.run(command, cwd=folder, env={**environment, **variables}, check=True, capture_output=True)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def committed() -> dict[str, bytes]:
    folder = ROOT / "generated"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_environment_does_not_change_the_output(
    name: str, tmp_path: Path, committed: dict[str, bytes]
) -> None:
    built = build(COMMITTED, tmp_path / "out", tmp_path, ENVIRONMENTS[name])
    assert _without_cache(built) == _without_cache(committed)


@pytest.mark.parametrize("form", FORMS)
def test_form_and_place_of_the_file_do_not_change_the_output(
    form: str, tmp_path: Path, committed: dict[str, bytes]
) -> None:
    """Build from another folder, by a relative path, another form of the same text."""
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "fleet.yaml").write_bytes(FORMS[form](COMMITTED.read_bytes()))
    built = build(Path("../../fleet.yaml"), tmp_path / "out", tmp_path / "deep" / "er", {})
    assert _without_cache(built) == _without_cache(committed)


def _without_cache(files: dict[str, bytes]) -> dict[str, bytes]:
    return {path: content for path, content in files.items() if not path.startswith(".")}


@pytest.mark.parametrize("word", [str(ROOT), str(Path.home()), platform.node(), f'"{booconf.__version__}"'])
def test_artifacts_contain_nothing_of_this_machine(word: str, committed: dict[str, bytes]) -> None:
    """`no clock, version, host, user or path inside`."""
    assert [path for path, content in committed.items() if word.encode() in content] == []


def artifacts(text: str) -> list[tuple[str, str]]:
    return [(artifact.path, artifact.text) for artifact in emit(fleet_of(text), TARGETS).artifacts]


ORDERED = {"providers", "models", "headers", "bare_ids"}
"""Mappings whose order is the display order; `extra_body` keeps its order too."""


def shuffled(data: Any, chance: random.Random, *, ordered: bool = False) -> Any:
    """The same fleet, with the keys of every unordered mapping shuffled."""
    if isinstance(data, list):
        return [shuffled(element, chance) for element in data]
    if not isinstance(data, dict):
        return data
    members = [
        (key, value if key == "extra_body" else shuffled(value, chance, ordered=key in ORDERED))
        for key, value in data.items()
    ]
    if not ordered:
        chance.shuffle(members)
    return dict(members)


@settings(max_examples=25)
@given(st.sampled_from(sorted(sample_fleets())), st.randoms(use_true_random=False))
def test_order_of_unordered_keys_does_not_change_the_output(name: str, chance: random.Random) -> None:
    """A law for the keys of the top level, providers, models, roles and legacy."""
    text = sample_fleets()[name]
    assert artifacts(yaml_text(shuffled(yaml.safe_load(text), chance))) == artifacts(text)


def test_order_of_providers_and_models_is_display_order() -> None:
    """Counter-check: the law above also holds for a compiler that sorts everything."""
    text = sample_fleets()["committed"]
    data = yaml.safe_load(text)
    data["providers"] = dict(reversed(data["providers"].items()))
    assert artifacts(yaml_text(data)) != artifacts(text)
