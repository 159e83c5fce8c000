"""Required and forbidden contents of the repository."""

import json
import re
import subprocess
import tomllib
import warnings
from pathlib import Path

import pytest

from booconf import __version__

CHECKOUT = Path(__file__).parents[1]
LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-node.txt", "benchmarks/requirements.txt"]
NODE_LOCKS = ["tests/clients", "benchmarks"]


def tracked() -> list[str]:
    """The paths that git keeps."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, encoding="utf-8", check=True
    )
    return [path for path in listing.stdout.split("\0") if path and (CHECKOUT / path).is_file()]


def read(path: str) -> str:
    return (CHECKOUT / path).read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, str]:
    """Package -> version of a lock file."""
    return dict(re.findall(r"^([a-z0-9_.-]+)==([^\s;\\]+)", read(lock), flags=re.MULTILINE))


def requirements(texts: list[object]) -> set[str]:
    """The names of packages in a list of pyproject.toml."""
    return {re.split(r"[^a-z0-9-]", text, maxsplit=1)[0] for text in texts if isinstance(text, str)}


class TestFiles:
    def test_every_file_is_text_in_utf_8_with_lf_and_a_final_newline(self) -> None:
        wrong = {}
        for path in tracked():
            data = (CHECKOUT / path).read_bytes()
            if re.fullmatch(r"tests/corpus/.*\.yaml", path):  # wrong on purpose
                continue
            if b"\0" in data or b"\r" in data or (data and not data.endswith(b"\n")):
                wrong[path] = data[-20:]
            data.decode("utf-8")
        assert wrong == {}

    def test_none_is_large(self) -> None:
        assert [path for path in tracked() if (CHECKOUT / path).stat().st_size > 500_000] == []

    def test_none_holds_a_folder_of_a_machine_or_the_address_of_a_package_registry(self) -> None:
        forbidden = re.compile(
            r"(?<![\w.])/(?:root|work|opt/wheels)/"
            r"|https?://(?:registry|proxy|repo1?)\.\w"
            r"|\b(?:npm[j]s|py[p]i)\.(?:org|com)|\bpython[h]osted\b"
        )
        found = {path: forbidden.findall(read(path)) for path in tracked()}
        assert {path: places for path, places in found.items() if places} == {}

    def test_none_is_left_over(self) -> None:
        leftovers = re.compile(r"\.(orig|rej|bak|swp|pyc|whl|log|tmp)$|(^|/)(\.DS_Store|\.gitkeep)$|~$")
        assert [path for path in tracked() if leftovers.search(path)] == []

    def test_none_holds_an_unfinished_merge_or_a_note_to_do(self) -> None:
        mark = re.compile(r"^(<{7} |={7}$|>{7} )|\b(TO[D]O|FIX[M]E|XX[X])\b", flags=re.MULTILINE)
        texts = {path: read(path) for path in tracked() if path.endswith((".py", ".md", ".jinja"))}
        assert [path for path, text in texts.items() if mark.search(text)] == []

    @pytest.mark.parametrize(
        "path",
        [
            "scripts/build",
            "scripts/test",
            "scripts/test-from-nothing",
            "scripts/test-versions",
            "scripts/lock",
            "scripts/benchmark",
            ".ci/run",
        ],
    )
    def test_programs_may_be_run(self, path: str) -> None:
        listing = ["git", "ls-files", "--stage", "--", path]
        staged = subprocess.run(
            listing, cwd=CHECKOUT, capture_output=True, encoding="utf-8", check=True
        ).stdout
        assert staged.startswith("100755 ")
        assert read(path).startswith("#!/usr/bin/env bash\n")


class TestVersions:
    def test_warnings_are_errors(self) -> None:
        """A deprecation in a new release of a dependency fails the tests."""
        with pytest.raises(DeprecationWarning, match="old"):
            warnings.warn("old", DeprecationWarning, stacklevel=1)

    def test_only_tested_systems_are_claimed(self) -> None:
        project = tomllib.loads(read("pyproject.toml"))["project"]
        prefixes = ("Operating System", "Programming Language :: Python :: ")
        assert [claim for claim in project["classifiers"] if claim.startswith(prefixes)] == [
            "Operating System :: POSIX :: Linux",
            *(f"Programming Language :: Python :: 3.{minor}" for minor in (11, 12, 13)),
        ]
        assert "need Linux, Python 3.11 to 3.13" in read("CONTRIBUTING.md")


class TestLocks:
    @pytest.mark.parametrize("lock", LOCKS)
    def test_a_lock_holds_versions_and_hashes_and_no_address(self, lock: str) -> None:
        lines = read(lock).splitlines()
        assert [
            line for line in lines if not re.match(r"[a-z0-9_.-]+==\S+|    --hash=sha256:[0-9a-f]{64}", line)
        ] == []
        assert pins(lock)

    def test_the_development_lock_holds_the_other_at_the_same_versions(self) -> None:
        assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()

    def test_locks_contain_the_dependencies_of_pyproject(self) -> None:
        project = tomllib.loads(read("pyproject.toml"))
        groups = project["dependency-groups"]
        run_time = requirements(project["project"]["dependencies"]) | requirements(groups["build"])
        assert run_time <= pins("requirements.txt").keys()
        assert requirements(groups["dev"]) <= pins("requirements-dev.txt").keys()

    def test_every_dependency_is_imported(self) -> None:
        names = {"pyyaml": "yaml"}
        texts = "\n".join(path.read_text(encoding="utf-8") for path in (CHECKOUT / "booconf").rglob("*.py"))
        asked = requirements(tomllib.loads(read("pyproject.toml"))["project"]["dependencies"])
        unused = [
            name
            for name in asked
            if not re.search(
                rf"(?:^\s*(?:import|from) |import_module\(\"){names.get(name, name)}\b", texts, re.MULTILINE
            )
        ]
        assert unused == []

    @pytest.mark.parametrize("folder", NODE_LOCKS)
    def test_a_lock_of_npm_holds_hashes_and_no_address(self, folder: str) -> None:
        packages = json.loads(read(f"{folder}/package-lock.json"))["packages"]
        assert [name for name, package in packages.items() if "resolved" in package] == []
        assert [name for name, package in packages.items() if name and "integrity" not in package] == []

    @pytest.mark.parametrize("folder", NODE_LOCKS)
    def test_npm_packages_are_pinned_to_one_version(self, folder: str) -> None:
        asked = json.loads(read(f"{folder}/package.json"))
        packages = json.loads(read(f"{folder}/package-lock.json"))["packages"]
        kinds = [kind for kind in asked if kind.lower().endswith("dependencies")]
        wanted = {name: version for kind in kinds for name, version in asked[kind].items()}
        assert wanted == {name: packages[f"node_modules/{name}"]["version"] for name in wanted}
        assert wanted

    def test_no_lock_is_left_out_here(self) -> None:
        named = re.compile(r"(^|/)(requirements[^/]*\.txt|package-lock\.json)$")
        known = {*LOCKS, *(f"{folder}/package-lock.json" for folder in NODE_LOCKS)}
        assert {path for path in tracked() if named.search(path)} == known


class TestDocuments:
    @pytest.mark.parametrize(
        "path",
        [
            "README.md",
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "SECURITY.md",
            "LICENSE",
            "docs/architecture.md",
            "docs/consuming.md",
            "docs/drift.md",
            "docs/fleet.md",
            "docs/performance.md",
            "docs/serving.md",
        ],
    )
    def test_it_is_there(self, path: str) -> None:
        assert len(read(path)) > 300

    def test_changelog_has_this_version(self) -> None:
        assert f"## [{__version__}]" in read("CHANGELOG.md")

    def test_the_readme_fits_a_screen(self) -> None:
        assert len(read("README.md").splitlines()) <= 80

    @pytest.mark.parametrize("path", [path for path in tracked() if path.endswith(".md")])
    def test_its_links_lead_somewhere(self, path: str) -> None:
        links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", read(path))
        folder = (CHECKOUT / path).parent
        assert [link for link in links if not (folder / link).exists()] == []

    def test_architecture_names_every_folder_of_the_pipeline(self) -> None:
        text = read("docs/architecture.md")
        folders = sorted(path.parent.name for path in (CHECKOUT / "booconf").glob("*/__init__.py"))
        assert [name for name in folders if f"`{name}/`" not in text] == []
