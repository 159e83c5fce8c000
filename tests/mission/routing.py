"""One interface to the generated modules of both languages."""

import json
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from tests.clients.tools import node


class Refused(Exception):  # noqa: N818 - raised by a generated module, not an error of a test
    """A ResolutionError of a generated module; its text is the code."""


class Routing(Protocol):
    """The functions of a generated module, with results as JSON values."""

    def ask(self, function: str, *arguments: object) -> Any:
        """The result of a function, named as in TypeScript; raises Refused for a ResolutionError."""


_PYTHON_NAMES = {
    "contextWindow": "context_window",
    "toOpencode": "to_opencode",
    "fromOpencode": "from_opencode",
}


class PythonRouting:
    """routing.py, loaded."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def ask(self, function: str, *arguments: object) -> Any:
        """See Routing."""
        try:
            if function == "catalogView":
                (options,) = arguments
                assert isinstance(options, dict)
                return self._module.catalog_view(**options)
            answer = getattr(self._module, _PYTHON_NAMES.get(function, function))(*arguments)
        except self._module.ResolutionError as error:
            raise Refused(error.code) from error
        return json.loads(json.dumps(answer.to_json())) if function == "resolve" else answer


class TypeScriptRouting:
    """routing.ts, compiled, in its own node process."""

    def __init__(self, compiled: Path) -> None:
        worker = Path(__file__).with_name("routing_worker.mjs")
        self._process = subprocess.Popen(
            [node(), worker, compiled], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def ask(self, function: str, *arguments: object) -> Any:
        """See Routing."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"ask": function, "arguments": arguments}) + "\n")
        self._process.stdin.flush()
        reply = json.loads(self._process.stdout.readline())
        if "refused" in reply:
            raise Refused(reply["refused"])
        return reply["answer"]

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=60)
