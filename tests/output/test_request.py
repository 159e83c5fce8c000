"""A file belongs to a target only where that target writes, and nothing else may be deleted in its name."""

import pytest

from booconf.output.request import path_problem, target_problem
from booconf.targets import DROPPED, TARGETS, emit
from tests.support.fleets import fleet_of
from tests.targets.routing_fleets import FLEETS


@pytest.mark.parametrize("target", TARGETS)
def test_targets_write_at_declared_paths(target: str) -> None:
    paths = [
        artifact.path for text in FLEETS.values() for artifact in emit(fleet_of(text), [target]).artifacts
    ]
    assert paths
    assert [path for path in paths if path_problem(path) or target_problem(path, target)] == []


def test_no_two_targets_write_one_file() -> None:
    paths = [*(target.path for target in TARGETS.values()), *DROPPED.values()]
    assert len(set(paths)) == len(paths)


@pytest.mark.parametrize("path", ["opencode/providers/a.json", "opencode/providers/a.b_c-9.json"])
def test_path_may_contain_any_provider_id(path: str) -> None:
    assert target_problem(path, "opencode-providers") is None


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("fleet.yaml", "bridge"),
        ("catalog.json", "bridge"),
        ("Bridge.json", "bridge"),
        ("bridge.jsonx", "bridge"),
        ("bridge.json/x", "bridge"),
        ("x/bridge.json", "bridge"),
        ("opencode/opencode.json", "opencode-providers"),
        ("opencode/providers/a.yaml", "opencode-providers"),
        ("opencode/providers/a/b.json", "opencode-providers"),
        ("opencode/providers/.json", "opencode-providers"),
        ("opencode/providers/json", "opencode-providers"),
        ("opencode/providers/A.json", "opencode-providers"),
        ("opencode/providers/{provider}.json", "opencode-providers"),
        ("a.json", "opencode-providers"),
    ],
)
def test_other_paths_belong_to_no_target(path: str, target: str) -> None:
    assert target_problem(path, target) == f"which target `{target}` never writes"


@pytest.mark.parametrize(("path", "target"), [("package.json", "package"), ("routing.ts", "routing")])
def test_unknown_target_has_no_files(path: str, target: str) -> None:
    assert target_problem(path, target) == f"a file of target `{target}`, which this booconf does not know"
