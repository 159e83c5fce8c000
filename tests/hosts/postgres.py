"""A real PostgreSQL server on loopback, in a folder of its own, that can be stopped and started again."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg

PATIENCE = 60.0
"""Timeout in seconds for the start of the server."""

USER = "booconf"
PASSWORD = "open:sesame/100%?"
"""A password with characters that a URL must encode."""

SUPERVISE = '"$@" & read -r _; kill -QUIT $!; wait'
"""Runs the server until our end of its input is closed, which happens too when a test run is killed."""


@dataclass
class Postgres:
    """One server; `data` is its folder and `port` its address for good."""

    data: Path
    port: int
    _process: "subprocess.Popen[bytes] | None" = None
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str, user: str = USER, password: str = PASSWORD) -> str:
        """The URL of a database."""
        return f"postgresql://{quote(user, '')}:{quote(password, '')}@127.0.0.1:{self.port}/{database}"

    def new_database(self, options: str = "") -> str:
        """The URL of a new database; `options` as in CREATE DATABASE."""
        name = f"settings_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE template0 {options}")
        return self.url(name)

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Do something as the administrator."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def empty(self) -> None:
        """End all connections to the first database, and drop the table that tests make there."""
        self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        self.execute("DROP TABLE IF EXISTS settings")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "off",  # no test takes the power away
            "shared_buffers": "16MB",
        }
        arguments = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (self.data.parent / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["sh", "-c", SUPERVISE, "sh", _program("postgres"), "-D", str(self.data), *arguments],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self.data,
                user=_user(),
                group=_user(),
                extra_groups=[] if _user() else None,
            )
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self.data.parent / "log").read_text("utf-8")
                assert time.monotonic() < end, "PostgreSQL does not start"
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop the server as a crash would: all connections break."""
        assert self._process is not None
        with self._process:  # closes its input, and waits
            pass
        self._process = None

    @property
    def runs(self) -> bool:
        """True if it was started and not stopped."""
        return self._process is not None


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A running server; it ends with the context, and its data is removed."""
    folder = Path(tempfile.mkdtemp(prefix="booconf-postgres-"))
    try:
        server = Postgres(folder / "data", _unused_port())
        _make_cluster(server.data)
        server.start()
        try:
            yield server
        finally:
            if server.runs:
                server.stop()
    finally:
        shutil.rmtree(folder)


def _make_cluster(data: Path) -> None:
    password = data.parent / "password"
    password.write_text(f"{PASSWORD}\n", encoding="utf-8", newline="\n")
    user = _user()
    if user:
        for path in (data.parent, password):
            shutil.chown(path, user, user)
    options = ("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
    subprocess.run(
        [_program("initdb"), f"--pgdata={data}", f"--username={USER}", f"--pwfile={password}", *options],
        check=True,
        capture_output=True,
        cwd=data.parent,
        user=user,
        group=user,
        extra_groups=[] if user else None,
    )


def _user() -> int | None:
    """Return the user and group that run it: PostgreSQL refuses root, which becomes nobody."""
    return 65534 if hasattr(os, "geteuid") and os.geteuid() == 0 else None


def _program(name: str) -> str:
    """A program of PostgreSQL: Debian keeps them off PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    path = os.pathsep.join([*map(str, reversed(folders)), os.environ.get("PATH", "")])
    found = shutil.which(name, path=path)
    assert found, f"{name} is not installed: tests need PostgreSQL (on Debian: apt-get install postgresql)"
    return found


def _unused_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port: int = unused.getsockname()[1]
        return port
