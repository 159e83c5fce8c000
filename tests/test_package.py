"""The wheel contains the files that booconf needs and no others, and works in a clean environment."""

import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from booconf import __version__
from booconf.diagnostics.codes import CODES
from tests.hosts.simulator import Hosts, Reply, routes

CHECKOUT = Path(__file__).parents[1]

HOMES = {
    "booconf/": "booconf/",
    "templates/": "booconf/templates/",
    "schema/": "booconf/schema/",
    "docs/rules/": "booconf/rule_pages/",
}
"""Folder of the checkout -> folder in the wheel."""

pytestmark = pytest.mark.xdist_group("package")  # one worker builds the wheel and the environment, once


def run(command: list[str | Path], folder: Path, environment: Mapping[str, str]) -> str:
    """The standard output of a program that succeeds."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def files_of_the_checkout() -> list[str]:
    """The paths that git keeps, or would keep when added."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    paths = run([*listing], CHECKOUT, os.environ).split("\0")
    return [path for path in paths if (CHECKOUT / path).is_file()]


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """The environment without the variables by which Python finds the checkout."""
    ours = ("PYTHON", "COVERAGE_", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Path:
    """The wheel of this checkout, made by the build backend of the lock file."""
    folder = tmp_path_factory.mktemp("wheel")
    pip: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
    ]
    run([*pip, "--wheel-dir", folder, CHECKOUT], folder, environment)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def programs(wheel: Path, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a clean virtual environment: the wheel, and what it depends on."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder / "venv", with_pip=True)
    (found,) = (path for name in ("bin", "Scripts") if (path := folder / "venv" / name).is_dir())
    lock = (CHECKOUT / "requirements.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9_.-]+==[^\s;\\]+", lock, flags=re.MULTILINE)
    (folder / "constraints.txt").write_text("\n".join(pins), encoding="utf-8")
    install: list[str | Path] = [
        found / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    run([*install, "--constraint", folder / "constraints.txt", wheel], folder, environment)
    return found


def test_the_wheel_is_named_after_the_version(wheel: Path) -> None:
    assert wheel.name == f"booconf-{__version__}-py3-none-any.whl"


def test_the_wheel_holds_the_package_and_its_data_and_nothing_else(wheel: Path) -> None:
    information = f"booconf-{__version__}.dist-info/"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name for name in names if not name.startswith(information)} == {
        home + path.removeprefix(folder)
        for path in files_of_the_checkout()
        for folder, home in HOMES.items()
        if path.startswith(folder)
    }
    assert {f"{information}entry_points.txt", f"{information}licenses/LICENSE"} <= names
    assert "booconf/py.typed" in names
    assert {f"booconf/rule_pages/{code}.md" for code in CODES} <= names


def test_the_wheel_alone_does_the_whole_job(
    programs: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    def booconf(*arguments: str) -> str:
        return run([programs / "booconf", *arguments], tmp_path, environment)

    assert booconf("--version") == f"booconf {__version__}\n"
    booconf("init")
    booconf("check")
    booconf("build")
    booconf("build", "--check")
    assert (tmp_path / "generated" / "manifest.json").is_file()
    assert (tmp_path / "generated" / "routing.ts").is_file()
    assert "unchanged" in booconf("build")
    assert booconf("explain")
    assert '"$schema"' in booconf("schema")
    assert CODES["BC301"].title in booconf("rule", "BC301")


def test_the_wheel_alone_compares_with_live_hosts(
    programs: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    with Hosts() as hosts:
        listing = Reply({"data": [{"id": "a", "owned_by": "vllm", "root": "a", "max_model_len": 32768}]})
        host = hosts.add(routes({"/v1/models": listing}))
        (tmp_path / "fleet.yaml").write_text(
            "version: 1\ndefault_provider: box\nroles: {default: box/a}\nproviders:\n"
            f"  box: {{kind: vllm, base_url: '{host.url}', models: {{a: {{context: 32768}}}}}}\n",
            encoding="utf-8",
        )
        report = run([programs / "booconf", "diff", "--save", "seen.json"], tmp_path, environment)
    assert report == "1 host as declared: 1 model\n"
    assert run([programs / "booconf", "diff", "--observed", "seen.json"], tmp_path, environment) == report


def test_the_environment_is_clean(programs: Path, environment: dict[str, str], tmp_path: Path) -> None:
    where = run([programs / "python", "-c", "import booconf; print(booconf.__file__)"], tmp_path, environment)
    assert Path(where.strip()).is_relative_to(programs.parent)
    packages = run([programs / "python", "-m", "pip", "list", "--format=freeze"], tmp_path, environment)
    assert not re.search(r"^(pytest|hatchling|starlette|coverage)=", packages, flags=re.MULTILINE)


def test_the_wheel_and_the_checkout_make_the_same_files(
    programs: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    shutil.copy(CHECKOUT / "fleet.yaml", tmp_path)
    run([programs / "booconf", "build"], tmp_path, environment)
    checkout = {**environment, "PYTHONPATH": str(CHECKOUT)}
    report = run([sys.executable, "-m", "booconf", "build", "--check"], tmp_path, checkout)
    assert report
