"""Rows about `serve`: the catalog at 64 connections, beside a bare route on the same uvicorn."""

import http.client
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks import fleets
from benchmarks.figure import Figure
from benchmarks.measure import Command, CommandFailedError
from benchmarks.programs import ROOT, booconf
from benchmarks.settings import Settings
from tests.hosts.simulator import Hosts, Reply, routes

BAR = 2
CONNECTIONS = 64
HOSTS = 10
PATH = "/api/models"

Load = dict[str, float]

_HEALTHY = routes({"/v1/models": Reply({"object": "list", "data": [{"id": "model-0", "object": "model"}]})})


def figures(settings: Settings, scratch: Path) -> Iterator[Figure]:
    """Requests per second, and the 99th percentile of response times: medians of the ratios of the turns."""
    fleet, store = scratch / "fleet.yaml", f"sqlite:///{scratch / 'settings.sqlite'}"
    with Hosts() as hosts:
        urls = [hosts.add(_HEALTHY).url for _ in range(HOSTS)]
        models = settings.served_models // HOSTS
        text = fleets.of_hosts(urls, "openai-compatible", "{capabilities: [tools, reasoning]}", models)
        fleet.write_text(text, encoding="utf-8")
        serve = booconf("serve", "--port", "0", "--settings", store, "--file", str(fleet))
        with _running(serve, scratch / "log") as ours:
            size = _size(ours)
            constant = Command((sys.executable, "-m", "benchmarks.bare_route", str(size)), ROOT)
            with _running(constant, scratch / "log") as bare:
                rounds = [
                    (_load(ours, PATH, settings), _load(bare, "/", settings))
                    for _ in range(settings.serve_rounds + 1)
                ][1:]
    what = f"`serve`, {settings.served_models:,} models, {CONNECTIONS} connections"
    mine, plain = _medians(rounds, "per_second")
    ratio = median(bare["per_second"] / ours["per_second"] for ours, bare in rounds)
    detail = f"{plain:,.0f} / {mine:,.0f} a second, {size / 1024:,.0f} KiB each"
    yield Figure(f"{what}: requests per second, bare route / ours", ratio, "x", BAR, detail)
    mine, plain = _medians(rounds, "p99")
    ratio = median(ours["p99"] / bare["p99"] for ours, bare in rounds)
    detail = f"{mine * 1000:.0f} ms / {plain * 1000:.0f} ms"
    yield Figure(f"{what}: 99th percentile, ours / bare route", ratio, "x", BAR, detail)


def _medians(rounds: list[tuple[Load, Load]], name: str) -> tuple[float, float]:
    return median(ours[name] for ours, _ in rounds), median(bare[name] for _, bare in rounds)


@contextmanager
def _running(command: Command, log: Path) -> Iterator[int]:
    """The port of a server, whose first line of output has its URL."""
    with log.open("ab") as errors:
        server = subprocess.Popen(
            command.arguments, cwd=command.folder, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        assert server.stdout is not None
        found = re.search(r":([0-9]+)/", server.stdout.readline())
        if found is None:
            raise CommandFailedError(log.read_text(encoding="utf-8"))
        yield int(found[1])
    finally:
        server.terminate()
        server.communicate(timeout=60)


def _size(port: int) -> int:
    """Bytes of the catalog."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", PATH)
    size = len(connection.getresponse().read())
    connection.close()
    return size


def _load(port: int, path: str, settings: Settings) -> Load:
    """The measurements of the load generator, a program of its own."""
    arguments = (str(port), path, str(CONNECTIONS), str(settings.serve_seconds))
    finished = subprocess.run(
        (sys.executable, "-m", "benchmarks.load", *arguments), cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    measured: Load = json.loads(finished.stdout)
    return measured
