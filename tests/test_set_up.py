"""Set-up installs exactly the lock files: with the oldest supported pip, and after newer releases appear."""

import hashlib
import os
import subprocess
import venv
import zipfile
from pathlib import Path

import pytest

from scripts.check_environment import differences, locked

CHECKOUT = Path(__file__).parents[1]


def write_wheel(folder: Path, name: str, version: str, metadata: str = "") -> Path:
    """A wheel without code, with the given extra lines of metadata."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    information = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(
            f"{information}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{metadata}"
        )
        wheel.writestr(
            f"{information}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr(f"{information}/RECORD", "")
    return path


def sha256(path: Path) -> str:
    """The hash that a lock line holds."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with scripts/, a lock, and a package index where a locked package has a newer release.

    `pinned[toml]` is required by `needy`, as pytest-cov requires `coverage[toml]`.
    """
    index = tmp_path / "index"
    index.mkdir()
    extra = "Provides-Extra: toml\n"
    wheels = {
        "needy==1.0": write_wheel(index, "needy", "1.0", "Requires-Dist: pinned[toml]>=1.0\n"),
        "pinned==1.0": write_wheel(index, "pinned", "1.0", extra),
    }
    write_wheel(index, "pinned", "2.0", extra)
    (tmp_path / "scripts").symlink_to(CHECKOUT / "scripts")
    lock = "".join(f"{pin} \\\n    --hash=sha256:{sha256(wheel)}\n" for pin, wheel in wheels.items())
    (tmp_path / "lock.txt").write_text(lock, encoding="utf-8")
    return tmp_path


def test_a_newer_release_does_not_change_the_installed_packages(checkout: Path) -> None:
    """Python 3.11 brings pip 23.2, whose resolver leaves a pin when a requirement adds an extra."""
    venv.create(checkout / ".venv", with_pip=True)  # the pip bundled with this Python
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(checkout),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(checkout / "index"),
    }
    script = '. scripts/environment.sh; make_venv; install_packages lock.txt; "$python" -m pip freeze'
    done = subprocess.run(
        ["bash", "-euc", script], cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["needy==1.0", "pinned==1.0"]


@pytest.mark.external
def test_node_of_the_machine_is_used_if_its_version_is_supported(tmp_path: Path) -> None:
    """`process.exit` of Node 20 and later refuses a boolean."""
    script = '. scripts/environment.sh; python=/nowhere/python; install_packages() { echo "$1"; }; find_node'
    done = subprocess.run(
        ["bash", "-euc", script],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_package_that_is_not_the_locked_one_is_reported() -> None:
    pins = locked(
        "same==1.0 \\\n    --hash=sha256:0\nother==1.0\nmissing==1.0\nnode==1.0\n"
        "windows==1.0 ; sys_platform == 'win32'\n"
    )
    installed = {"same": "1.0", "other": "2.0", "extra": "1.0", "pip": "23.2"}
    assert list(differences(pins, installed, optional={"node"})) == [
        "extra: 1.0 is installed, nothing is locked",
        "missing: nothing is installed, 1.0 is locked",
        "other: 2.0 is installed, 1.0 is locked",
    ]
