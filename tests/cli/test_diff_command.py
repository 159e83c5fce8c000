"""`booconf diff` from end to end: hosts on loopback, reports, exit codes, replay."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Booconf
from tests.hosts.simulator import Behavior, Host, Hosts, Reply, routes

KEY = "sesame-4711"


def llama_swap(*models: str) -> Behavior:
    """A llama-swap whose models have a window of 32768 each."""
    rows = [
        {
            "id": model, "object": "model", "owned_by": "llama-swap", "context_length": 32768,
            "meta": {"llamaswap": {"type": "model"}}, "status": {"value": "unloaded"},
        }
        for model in models
    ]  # fmt: skip
    return routes({"/v1/models": Reply({"object": "list", "data": rows}), "/running": Reply({"running": []})})


def cloud(*models: str, key: str = KEY) -> Behavior:
    """A cloud that wants its key."""
    listing = routes({"/v1/models": Reply({"data": [{"id": model, "owned_by": "sky"} for model in models]})})
    return lambda request: (
        listing(request) if request.headers.get("authorization") == f"Bearer {key}" else Reply({}, 401)
    )


WriteFleet = Callable[..., Path]


@pytest.fixture
def write_fleet(folder: Path) -> WriteFleet:
    """Write a fleet of two local hosts and an optional cloud, at the given addresses."""

    def write(one: str, two: str, sky: str = "https://sky.invalid") -> Path:
        file = folder / "fleet.yaml"
        file.write_text(
            f"""\
version: 1
default_provider: one
roles: {{default: one/a}}
providers:
  one:
    kind: llama-swap
    base_url: {one}
    models:
      a: {{context: 32768}} # the best
      b: {{context: 32768}}
  two:
    kind: llama-swap
    base_url: {two}
    models:
      a: {{context: 32768}}
  sky:
    kind: openai-compatible
    location: cloud
    base_url: {sky}
    api_key_env: SKY_KEY
    optional: true
    models:
      big: {{context: 1000000}}
""",
            encoding="utf-8",
            newline="\n",
        )
        return file

    return write


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SKY_KEY", raising=False)


@pytest.fixture
def one(hosts: Hosts) -> Host:
    return hosts.add(llama_swap("a", "b"))


@pytest.fixture
def two(hosts: Hosts, one: Host, write_fleet: WriteFleet) -> Host:
    """The second host; the fleet file is written, and both hosts match it."""
    host = hosts.add(llama_swap("a"))
    write_fleet(one.url, host.url)
    return host


def test_a_clean_fleet_is_one_line(booconf: Booconf, two: Host) -> None:
    outcome = booconf("diff")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.count("\n") == 1
    assert "SKY_KEY" in outcome.out or "skipped" in outcome.out


def test_quiet_prints_nothing_for_a_clean_fleet(booconf: Booconf, one: Host, two: Host) -> None:
    assert booconf("diff", "-q", "--provider", "one", "--provider", "two").out == ""


def test_drift_is_1(booconf: Booconf, one: Host, two: Host) -> None:
    one.behavior = llama_swap("a", "zzz")
    outcome = booconf("diff")
    assert outcome.code == 1
    assert "BC701" in outcome.out
    assert "BC702" in outcome.out
    assert "fleet.yaml:10:7" in outcome.out


def test_warnings_alone_may_pass(booconf: Booconf, one: Host, two: Host) -> None:
    one.behavior = llama_swap("a", "b", "zzz")
    assert booconf("diff").code == 1
    assert booconf("diff", "--fail-on", "error").code == 0


def test_unchecked_host_exits_with_3_unless_there_is_drift(booconf: Booconf, one: Host, two: Host) -> None:
    two.stop()
    outcome = booconf("diff")
    assert outcome.code == 3
    assert "BC721" in outcome.out
    one.behavior = llama_swap("a")
    assert booconf("diff").code == 1
    one.behavior = llama_swap("a", "b", "zzz")
    assert booconf("diff", "--fail-on", "error").code == 3


@pytest.mark.parametrize("report_format", ["text", "json", "github", "sarif"])
def test_every_format_has_the_same_findings(
    booconf: Booconf, one: Host, two: Host, report_format: str
) -> None:
    one.behavior = llama_swap("a", "zzz")
    two.stop()
    outcome = booconf("diff", "--format", report_format)
    assert outcome.code == 1
    for code in ("BC701", "BC702", "BC721"):
        assert code in outcome.out
    if report_format in {"json", "sarif"}:
        json.loads(outcome.out)


def test_replay_ignores_a_later_recovery(booconf: Booconf, one: Host, two: Host) -> None:
    two.stop()
    assert booconf("diff").code == 3
    two.start()
    assert booconf("diff").code == 0


class TestReplay:
    @pytest.mark.parametrize("report_format", ["text", "json", "github", "sarif"])
    def test_replay_prints_the_same_bytes_without_network(
        self, booconf: Booconf, one: Host, two: Host, report_format: str
    ) -> None:
        one.behavior = llama_swap("a", "zzz", "evil\x1b[31m")
        two.stop()
        live = booconf("diff", "--format", report_format, "--save", "seen.json")
        one.stop()
        count = len(one.received)
        again = booconf("diff", "--format", report_format, "--observed", "seen.json")
        assert (again.code, again.out) == (live.code, live.out)
        assert len(one.received) == count

    def test_provider_without_observation_is_not_recorded(self, booconf: Booconf, two: Host) -> None:
        booconf("diff", "--provider", "two", "--save", "seen.json")
        outcome = booconf("diff", "--observed", "seen.json")
        assert outcome.code == 3
        assert "BC729" in outcome.out
        assert booconf("diff", "--observed", "seen.json", "--provider", "two").code == 0

    @pytest.mark.parametrize("text", ["", "{}", "[]", '{"version": 99}', "nonsense"])
    def test_other_files_are_refused(self, booconf: Booconf, two: Host, folder: Path, text: str) -> None:
        (folder / "seen.json").write_text(text, encoding="utf-8")
        outcome = booconf("diff", "--observed", "seen.json")
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.startswith("booconf: seen.json")

    def test_missing_file_is_an_error(self, booconf: Booconf, two: Host) -> None:
        outcome = booconf("diff", "--observed", "nothing.json")
        assert outcome.code == 2
        assert "nothing.json cannot be read" in outcome.err

    def test_unwritable_file_is_an_error(self, booconf: Booconf, two: Host) -> None:
        outcome = booconf("diff", "--save", "no/such/folder.json")
        assert outcome.code == 2
        assert "no/such/folder.json cannot be written" in outcome.err

    @pytest.mark.parametrize("name", ["fleet.yaml", "./fleet.yaml", "link.yaml", "hard.yaml"])
    def test_fleet_file_is_not_overwritten(
        self, booconf: Booconf, one: Host, two: Host, folder: Path, name: str
    ) -> None:
        (folder / "link.yaml").symlink_to("fleet.yaml")
        (folder / "hard.yaml").hardlink_to(folder / "fleet.yaml")
        before = (folder / "fleet.yaml").read_bytes()
        outcome = booconf("diff", "--save", name)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err == f"booconf: `--save {name}` names the fleet file; save under another name\n"
        assert (folder / "fleet.yaml").read_bytes() == before
        assert one.connections == two.connections == 0

    @pytest.mark.parametrize("text", ["version: 1\n", "{}", '{"version": 1, "providers": {"one": {}}}', "\0"])
    def test_other_files_are_not_overwritten(
        self, booconf: Booconf, two: Host, folder: Path, text: str
    ) -> None:
        (folder / "other").write_text(text, encoding="utf-8")
        outcome = booconf("diff", "--save", "other")
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err == (
            "booconf: other contains no saved observations; delete it or name another file\n"
        )
        assert (folder / "other").read_text(encoding="utf-8") == text

    @pytest.mark.skipif(sys.platform == "win32", reason="makes a pipe of Unix")
    def test_saving_into_pipe_is_refused(self, booconf: Booconf, two: Host, folder: Path) -> None:
        """A reader of the pipe would not return."""
        os.mkfifo(folder / "pipe")
        outcome = booconf("diff", "--save", "pipe")
        assert (outcome.code, outcome.err) == (2, "booconf: pipe cannot be written: it is no regular file\n")
        assert two.connections == 0

    @pytest.mark.parametrize("text", ["", '{"version": 0, "providers": {}}'])
    def test_saving_over_saved_observations(
        self, booconf: Booconf, two: Host, folder: Path, text: str
    ) -> None:
        (folder / "seen.json").write_text(text, encoding="utf-8")
        assert booconf("diff", "--save", "seen.json").code == 0
        first = (folder / "seen.json").read_bytes()
        assert booconf("diff", "--save", "seen.json").code == 0
        assert (folder / "seen.json").read_bytes() == first

    def test_loop_of_links_is_an_error(self, booconf: Booconf, two: Host, folder: Path) -> None:
        (folder / "a").symlink_to("b")
        (folder / "b").symlink_to("a")
        outcome = booconf("diff", "--save", "a")
        assert (outcome.code, outcome.err.startswith("booconf: a cannot be written: ")) == (2, True)

    def test_connect_and_observed_exclude_each_other(self, booconf: Booconf, two: Host) -> None:
        assert booconf("diff", "--observed", "x", "--save", "y").code == 2
        outcome = booconf("diff", "--observed", "x", "--connect", f"one={two.url}")
        assert outcome.code == 2
        assert "exclude each other" in outcome.err


class TestConnect:
    def test_provider_is_probed_at_another_address(
        self, booconf: Booconf, hosts: Hosts, write_fleet: WriteFleet
    ) -> None:
        tunnel = hosts.add(llama_swap("a", "b"))
        write_fleet("http://192.0.2.1:1", "http://192.0.2.2:1")
        outcome = booconf("diff", "--provider", "one", "--connect", f"one={tunnel.url}/")
        assert outcome.code == 0
        assert tunnel.requests == [("GET", "/v1/models"), ("GET", "/running")]

    def test_failure_at_another_address_is_reported_live_and_from_saved_observations(
        self, booconf: Booconf, write_fleet: WriteFleet
    ) -> None:
        write_fleet("http://192.0.2.1:1", "http://192.0.2.2:1")
        there = ("--provider", "one")
        outcome = booconf("diff", *there, "--connect", "one=http://127.0.0.1:1", "--save", "seen.json")
        assert outcome.code == 3
        assert "cannot be reached at the address of `--connect`" in outcome.out
        assert "correct the URL of `--connect one=URL`" in outcome.out
        assert "base_url" not in outcome.out
        assert booconf("diff", *there, "--observed", "seen.json").out == outcome.out

    def test_key_is_sent_to_the_address_of_connect(
        self, booconf: Booconf, hosts: Hosts, two: Host, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SKY_KEY", KEY)
        tunnel = hosts.add(cloud("big"))
        assert booconf("diff", "--connect", f"sky={tunnel.url}").code == 0
        assert {request.headers["authorization"] for request in tunnel.received} == {f"Bearer {KEY}"}
        assert not any("authorization" in request.headers for request in two.received)

    def test_key_is_not_sent_over_plain_http_to_another_machine(
        self, booconf: Booconf, two: Host, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SKY_KEY", KEY)
        outcome = booconf("diff", "--connect", "sky=http://192.0.2.7:80")
        assert outcome.code == 2
        assert "plain http to 192.0.2.7" in outcome.err

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("one", "is not `ID=URL`"),
            ("oen=http://127.0.0.1:1", "did you mean `one`?"),
            ("one=ftp://127.0.0.1", "does not start with `http://` or `https://`"),
            ("one=http://me:secret@127.0.0.1", "contains a user or password"),
            (
                "one=http://127.0.0.1:1/Upstream/x",
                "llama-swap's `/upstream`, where each request loads a model",
            ),
        ],
    )
    def test_wrong_usage(self, booconf: Booconf, two: Host, text: str, problem: str) -> None:
        outcome = booconf("diff", "--connect", text)
        assert outcome.code == 2
        assert problem in outcome.err
        assert "secret" not in outcome.err

    def test_one_provider_twice(self, booconf: Booconf, two: Host) -> None:
        outcome = booconf("diff", "--connect", f"one={two.url}", "--connect", f"one={two.url}")
        assert (outcome.code, "names `one` twice" in outcome.err) == (2, True)


@pytest.fixture
def sky(hosts: Hosts, one: Host, two: Host, write_fleet: WriteFleet, monkeypatch: pytest.MonkeyPatch) -> Host:
    """The optional cloud, with its key set."""
    host = hosts.add(cloud("big"))
    write_fleet(one.url, two.url, host.url)
    monkeypatch.setenv("SKY_KEY", KEY)
    return host


class TestKeys:
    def test_a_refused_key_is_3_and_is_never_printed(self, booconf: Booconf, sky: Host) -> None:
        sky.behavior = cloud("big", key="another")
        outcome = booconf("diff", "-v", "--save", "seen.json")
        assert outcome.code == 3
        assert "BC722" in outcome.out
        assert KEY not in outcome.out + outcome.err + Path("seen.json").read_text(encoding="utf-8")

    def test_models_that_a_cloud_has_beside_ours_are_no_drift(self, booconf: Booconf, sky: Host) -> None:
        sky.behavior = cloud("big", "bigger")
        outcome = booconf("diff")
        assert outcome.code == 0
        assert "bigger" in outcome.out


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--provider", "oen"), "no provider is called `oen`; did you mean `one`?"),
        (("--provider", "elsewhere"), "there are one, two, sky"),
        (("--provider", "one,two"), "repeat the option: `--provider one --provider two`"),
        (("--provider", "one,oen"), "no provider is called `one,oen`"),
        (("--timeout", "0"), "is not a number of seconds"),
        (("--timeout", "soon"), "is not a number of seconds"),
        (("--timeout", "nan"), "is not a number of seconds"),
    ],
)
def test_wrong_usage(booconf: Booconf, two: Host, arguments: tuple[str, ...], problem: str) -> None:
    outcome = booconf("diff", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert problem in outcome.err


@pytest.mark.parametrize(
    ("arguments", "adopt", "in_full"),
    [
        ([], "booconf adopt", None),
        (["--provider", "one", "-v"], "booconf adopt", None),
        (["-f", "my fleet.yaml"], "booconf adopt -f 'my fleet.yaml'", None),
        (["--connect", "one={0}"], "booconf adopt", "booconf adopt --connect one={0}"),
        (["--observed", "seen.json"], "booconf adopt", "booconf adopt --observed seen.json"),
        (["--use-proxies"], "booconf adopt", "booconf adopt --use-proxies"),
        (["--use-proxies", "-q"], "booconf adopt", None),
    ],
)
@pytest.mark.usefixtures("two")
def test_next_command_is_printed_in_full(
    booconf: Booconf, one: Host, arguments: list[str], adopt: str, in_full: str | None
) -> None:
    """Facts about this run alone are printed apart from the report, which a replay repeats."""
    one.behavior = llama_swap("a", "zzz")
    Path("my fleet.yaml").write_bytes(Path("fleet.yaml").read_bytes())
    booconf("diff", "-q", "--save", "seen.json")
    outcome = booconf("diff", *(argument.format(one.url) for argument in arguments))
    assert f"\n`{adopt}` shows edits" in outcome.out
    expected = f"booconf: for the same hosts: `{in_full.format(one.url)}`\n" if in_full else ""
    assert outcome.err == expected


def test_invalid_fleet_exits_with_2_and_sends_no_request(
    booconf: Booconf, folder: Path, one: Host, two: Host
) -> None:
    file = folder / "fleet.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("one/a", "one/zzz"), encoding="utf-8")
    outcome = booconf("diff")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "booconf: fleet.yaml has 1 error: see `booconf check`\n"
    assert one.received == two.received == []


COMMITTED = Path(__file__).parents[2] / "fleet.yaml"
SERVED = {
    "sam-desktop": (
        "qwen3.6-35b-a3b", "qwen3-coder-30b-a3b", "qwen3-4b-instruct", "qwen3-8b", "gemma-3-12b-it",
        "gpt-oss-20b", "nomic-embed-text-v1.5",
    ),
    "embedding": (
        "deepseek-r1-qwen3-8b", "qwen3-4b-instruct", "qwen3-8b", "gemma-3-12b-it", "gpt-oss-20b",
        "nomic-embed-text-v1.5", "bge-reranker-v2-m3",
    ),
    "deepseek": ("deepseek-flash", "deepseek-v4-pro"),
}  # fmt: skip


def test_the_committed_fleet_through_tunnels(
    booconf: Booconf, hosts: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that several hosts serve is compared with its own host only."""
    monkeypatch.setenv("DEEPSEEK_API_KEY", KEY)
    tunnels = {
        "sam-desktop": hosts.add(llama_swap(*SERVED["sam-desktop"])),
        "embedding": hosts.add(llama_swap(*SERVED["embedding"])),
        "deepseek": hosts.add(cloud(*SERVED["deepseek"])),
    }
    arguments = [f"--connect={name}={host.url}" for name, host in tunnels.items()]
    everything = json.loads(booconf("diff", "-f", str(COMMITTED), "--format", "json", *arguments).out)
    codes = {
        host["provider"]: {finding["code"] for finding in host["findings"]} for host in everything["hosts"]
    }
    assert codes == {"sam-desktop": {"BC706", "BC707"}, "embedding": {"BC707"}, "deepseek": set()}
    tunnels["embedding"].behavior = llama_swap(*SERVED["embedding"][1:])
    again = json.loads(booconf("diff", "-f", str(COMMITTED), "--format", "json", *arguments).out)
    gone = {
        (finding["provider"], finding["model"], finding["code"])
        for host in again["hosts"]
        for finding in host["findings"]
        if finding["code"] in {"BC701", "BC703"}
    }
    assert gone == {
        ("embedding", "deepseek-r1-qwen3-8b", "BC701"),
        ("embedding", "deepseek-r1-qwen3-8b", "BC703"),
    }
