"""A Python module's command line in a process of its own that need not import and parse first.

What `python -m dbt.cli.main` takes before it reads its arguments' vars is most of a small build:
it imports dbt and builds the classes and templates of the project. One server per test process
does that once and forks for each call. A call has its own arguments, environment, folder, output
and exit code, and runs the same module; test_forked.py holds both ways against each other.
"""

import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile

TESTS = Path(__file__).resolve().parents[1]


class Run:
    """A call under way: what tests use of subprocess.Popen."""

    def __init__(self, connection: socket.socket, stdout):
        self.stdout = stdout
        self.returncode = None
        self._connection = connection
        self._lines = connection.makefile("r")
        self.pid = int(self._lines.readline())

    def poll(self) -> int | None:
        """The exit code, None while the process runs."""
        if self.returncode is None and select.select([self._connection], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self) -> int:
        """The exit code, once there is one; as for subprocess, that of a killed one is negative."""
        if self.returncode is None:
            with self._connection, self._lines:
                self.returncode = int(self._lines.readline())
        return self.returncode

    def communicate(self) -> tuple[str, None]:
        """What is left of the output, once the process has ended."""
        with self.stdout:
            said = self.stdout.read()
        self.wait()
        return said, None

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to the process, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)


def start(module: str, arguments: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Run:
    """`python -m module *arguments` under way, its output and errors in `stdout`."""
    read, write = os.pipe()
    try:
        connection = _call(module, arguments, cwd, env, write, write)
    finally:
        os.close(write)
    return Run(connection, open(read, encoding="utf-8"))


def run(
    module: str, arguments: Sequence[str], cwd: Path, env: Mapping[str, str]
) -> subprocess.CompletedProcess:
    """What `python -m module *arguments` said and its exit code."""
    with ExitStack() as stack:
        out, err = (stack.enter_context(TemporaryFile()) for _ in range(2))
        connection = _call(module, arguments, cwd, env, out.fileno(), err.fileno())
        code = Run(connection, None).wait()
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read().decode())
    return subprocess.CompletedProcess([module, *arguments], code, *said)


def _call(module, arguments, cwd, env, stdout: int, stderr: int) -> socket.socket:
    mine, theirs = socket.socketpair()
    with theirs:
        socket.send_fds(_server()[1], [b"."], [theirs.fileno(), stdout, stderr])
    asked = {
        "module": module,
        "arguments": [str(argument) for argument in arguments],
        "cwd": str(cwd),
        # Nobody reads dbt's log of a test unless it asks; it is a seventh of a build's work.
        "env": {"DBT_LOG_LEVEL_FILE": "none", **env},
    }
    mine.sendall(json.dumps(asked).encode() + b"\n")
    return mine


@functools.cache
def _server() -> tuple[subprocess.Popen, socket.socket]:
    """The server, started with the first call; it ends when this process does."""
    mine, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", str(TESTS / "forked" / "server.py"), str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    return process, mine
