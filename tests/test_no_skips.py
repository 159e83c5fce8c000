"""A skipped test is a failed run in CI, and only there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPPING = "import pytest\n\ndef test_runs(): pass\n\n@pytest.mark.skip\ndef test_skips(): pass\n"
RUNNING = "def test_runs(): pass\n"
CHECKOUT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("text", "ci", "workers", "expected"),
    [
        pytest.param(SKIPPING, "true", [], 1, id="skipped in CI"),
        pytest.param(SKIPPING, "true", ["-n", "1"], 1, id="skipped in CI, under xdist"),
        pytest.param(SKIPPING, "", [], 0, id="skipped elsewhere"),
        pytest.param(RUNNING, "true", [], 0, id="nothing skipped in CI"),
    ],
)
def test_exit_code_with_a_skipped_test(
    tmp_path: Path, text: str, ci: str, workers: list[str], expected: int
) -> None:
    (tmp_path / "test_sample.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.no_skips",
            "-p",
            "no:cacheprovider",
            *workers,
            str(tmp_path),
        ],
        cwd=tmp_path,
        env={**os.environ, "CI": ci, "PYTHONPATH": str(CHECKOUT), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == expected, done.stdout + done.stderr
    assert ("in CI that is a failure" in done.stdout) == bool(expected)
