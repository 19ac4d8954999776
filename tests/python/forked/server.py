"""The process that has imported dbt and parsed the project once, and forks for each call."""

import atexit
import gc
import json
import os
import runpy
import select
import socket
import sys
import tempfile
import threading
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[3]
IMPORTS = (
    "dbt.adapters.duckdb",
    "likeness.dbt_plugin",
    "likeness.cli.commands",
    "likeness.audit",
    "likeness.llm.sds.open",
)
# Of dbt's state, what a call must find as a new process does; dbt itself resets the rest.
PLACES = "DBT_TARGET_PATH", "DBT_LOG_PATH", "LIKENESS_DB"


class Call(NamedTuple):
    """What a forked process is given: where its request comes from, where its words go."""

    connection: socket.socket
    stdout: int
    stderr: int


def warm() -> None:
    """Import what calls need and parse the project, as dbt's own tests keep what it has parsed."""
    from dbt.adapters.factory import reset_adapters
    from dbt.cli.main import dbtRunner
    from dbt.deprecations import reset_deprecations
    from dbt_common.events.event_manager_client import get_event_manager
    from dbt_common.events.functions import reset_metadata_vars
    from dbt_common.tests import enable_test_caching

    from likeness.stats import compiled
    from likeness.warehouse import workers

    shortened = import_module("forked.shortened")
    for module in (*IMPORTS, *workers.IMPORTS):
        import_module(module)
    # Else each call would read them again for its workers, whether it has work for them or not.
    with suppress(OSError):
        compiled.kernels()
    enable_test_caching()
    shortened.keep_templates()
    shortened.keep_verdicts()
    shortened.keep_modules()
    shortened.write_json_at_once()
    shortened.leave_out_what_nobody_hears()
    shortened.see_macros_at_once()
    manager = get_event_manager()
    at_first = [*manager.loggers], [*manager.callbacks]
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(dict.fromkeys(PLACES, folder))
        # Threads of the static parser would be missing in a forked process, which waits for them.
        parse = ["--quiet", "parse", "--no-partial-parse", "--no-static-parser"]
        done = dbtRunner().invoke([*parse, "--project-dir", str(ROOT), "--profiles-dir", str(ROOT)])
    if not done.success:
        raise SystemExit(f"dbt cannot parse the project: {done.exception}")
    shortened.compile_macros(macro.macro_sql for macro in done.result.macros.values())
    manager.loggers[:], manager.callbacks[:] = at_first
    reset_adapters()
    reset_deprecations()
    reset_metadata_vars()
    gc.collect()
    gc.freeze()
    # As the plugin of dbt sets it later: looking at what is new takes a third of a parse.
    gc.set_threshold(50_000)


def serve(control: socket.socket) -> Call | None:
    """Fork for each call until there are no more: the call in a forked process, else None."""
    running = {}
    while True:
        ready, *_ = select.select([control, *running], [], [])
        for ended in running.keys() & set(ready):
            pid, connection = running.pop(ended)
            os.close(ended)
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            with connection, suppress(BrokenPipeError):
                connection.sendall(b"%d\n" % code)
        if control not in ready:
            continue
        calls, passed, *_ = socket.recv_fds(control, 1, 3)
        if not calls:
            return None
        call = Call(socket.socket(fileno=passed[0]), *passed[1:])
        if (pid := os.fork()) == 0:
            control.close()
            for other, (_, connection) in running.items():
                os.close(other)
                connection.close()
            return call
        for descriptor in passed[1:]:
            os.close(descriptor)
        call.connection.sendall(b"%d\n" % pid)
        running[os.pidfd_open(pid)] = pid, call.connection


def become(call: Call) -> None:
    """Run the module that was asked for as `python -m` does."""
    with call.connection, call.connection.makefile() as lines:
        asked = json.loads(lines.readline())
    for given, standard in ((call.stdout, 1), (call.stderr, 2)):
        os.dup2(given, standard)
        os.close(given)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    tempfile.tempdir = None
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:0] = [asked["cwd"], *filter(None, paths)]
    fork_workers()
    sys.argv[1:] = asked["arguments"]
    code = 0
    try:
        runpy.run_module(asked["module"], run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if not isinstance(ended.code, int | None):
            raise
        code = ended.code or 0
    leave(code)


def leave(code: int) -> None:
    """End this process as Python would, but for a look at all that it was forked with."""
    threading._shutdown()
    gc.unfreeze = gc.collect = lambda *_: 0
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def fork_workers() -> None:
    """Have the server of likeness.warehouse.workers ready: forked, where it imports nothing."""
    from likeness.warehouse import workers

    mine, theirs = socket.socketpair()
    if (pid := os.fork()) == 0:
        mine.close()
        for standard in (0, 1):
            os.dup2(os.open(os.devnull, os.O_RDWR), standard)
        workers._serve(theirs)
        os._exit(0)
    theirs.close()
    workers.server = lambda: workers.Server(pid, mine)


def main() -> None:
    """Serve the socket whose number is the first argument."""
    # So that every call finds the project's own packages where they are.
    sys.path[:0] = [str(ROOT / "python"), str(ROOT / "tests" / "python")]
    control = socket.socket(fileno=int(sys.argv[1]))
    warm()
    sys.path.remove(str(ROOT / "tests" / "python"))
    call = serve(control)
    if call is None:
        gc.unfreeze()
    else:
        become(call)


if __name__ == "__main__":
    main()
