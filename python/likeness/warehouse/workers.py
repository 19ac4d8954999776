"""A function call in a Python process of its own, so that dbt's threads go on meanwhile.

The threads of one process share one interpreter, and dbt itself keeps it busy: what a model
computes beside it would wait for its turn while the second core lies idle. On Linux a server
imports the libraries once, while dbt still reads the source, and forks a child for each call.
Elsewhere a forked child may not use what its parent has loaded, and calls are made in place.
A kept pool of processes (joblib's loky) takes over twice as long for each call, keeps the memory
of its largest one, and fails every call under way when one of its processes is killed
(benchmarks/bench_workers.py).
"""

import functools
import gc
import os
import pickle
import signal
import socket
import subprocess
import sys
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from importlib import import_module
from itertools import islice
from typing import NamedTuple

# Calls share the cores among themselves. A library's threads beside them would wait for each other
# in loops that take all of a core, the longer the busier the machine is.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
# What the calls of a build need, imported before the first of them.
IMPORTS = (
    "likeness.profiles.clustering",
    "likeness.generators.synthesized_rows",
    "likeness.metrics.row_tables",
    "likeness.report.draw",
)
# Called once after that: what it loads is then there in every child.
PREPARE = "likeness.stats.compiled.kernels"


class Server(NamedTuple):
    """The process that forks, and the socket over which it is given a connection for each call."""

    process: subprocess.Popen
    control: socket.socket


def called(function: str, *arguments: object, **named: object) -> object:
    """What `function` (module.name) returns; arguments and result must be picklable.

    Raises what the function raises, with the traceback of its process as a note, and RuntimeError
    if that process ends without an answer.
    """
    if server() is None:
        return _found(function)(*arguments, **named)
    with closing(_Call(function, arguments, named)) as call:
        return call.answer()


def streamed(function: str, calls: Iterable[Mapping[str, object]]) -> Iterator:
    """What generator `function` yields for the named arguments of each of `calls`, in turns.

    All calls are under way together, each in a process of its own that stays until its last item:
    what it prepares it prepares once. A process makes its next item while one waits to be read.
    """
    with ExitStack() as opened:
        streams = deque(
            iter(_found(function)(**named))
            if server() is None
            else opened.enter_context(closing(_Call(function, (), named))).items()
            for named in calls
        )
        while streams:
            stream = streams.popleft()
            for item in islice(stream, 1):
                yield item
                streams.append(stream)


def together(calls: Iterable[tuple], at_once: int = 2) -> Iterator:
    """What each of `calls` (function, its arguments) returns, in their order.

    `at_once` calls are under way together, and no more of their results are in memory.
    """
    with ThreadPoolExecutor(at_once) as pool:
        waiting = deque()
        for call in calls:
            if len(waiting) == at_once:
                yield waiting.popleft().result()
            waiting.append(pool.submit(called, *call))
        while waiting:
            yield waiting.popleft().result()


class _Call:
    """A function under way in a child of the server, and what it sends back."""

    def __init__(self, function: str, arguments: tuple, named: Mapping[str, object]) -> None:
        self._function = function
        mine, theirs = socket.socketpair()
        with mine:
            self._stream = mine.makefile("rwb")
        with self._ending_early(), theirs:
            socket.send_fds(server().control, [b"."], [theirs.fileno()])
        with self._ending_early():
            pickle.dump((function, arguments, dict(named)), self._stream, pickle.HIGHEST_PROTOCOL)
            self._stream.flush()

    @contextmanager
    def _ending_early(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError) as ended:
            raise RuntimeError(
                f"{self._function}: its process ended without an answer; "
                "it may have run out of memory."
            ) from ended

    def answer(self) -> object:
        """What the function returned; raises what it raised."""
        with self._ending_early():
            result, error = pickle.load(self._stream)
        if error is not None:
            raise error
        return result

    def items(self) -> Iterator:
        """What the function yields."""
        while (item := self.answer()) is not None:
            yield item

    def close(self) -> None:
        """Leave the child, which ends when it next writes."""
        with suppress(OSError):
            self._stream.close()


@functools.cache
def server() -> Server | None:
    """The server, started with the first use; it ends when this process does. None: in place."""
    if sys.platform != "linux":
        return None
    mine, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "likeness.warehouse.workers", str(theirs.fileno())],
            env=os.environ | ONE_THREAD | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    return Server(process, mine)


def _serve(control: socket.socket) -> None:
    # An interrupt ends server and children at once and without a word: dbt has the word then.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # Most children are gone before their garbage matters, and looking for it takes a tenth of their
    # time; one that sends many items looks between them (`_answer`).
    gc.disable()
    for module in IMPORTS:
        import_module(module)
    with suppress(OSError):  # said by the preflight, and by the call that needs it
        _found(PREPARE)()
    gc.freeze()
    while True:
        calls, connections, *_ = socket.recv_fds(control, 1, 1)
        if not calls:
            gc.unfreeze()  # else what it has loaded is reported as leaked
            return
        (connection,) = connections
        if os.fork() == 0:
            control.close()
            with suppress(BrokenPipeError):
                _answer(socket.socket(fileno=connection))
            os._exit(0)
        os.close(connection)


def _answer(connection: socket.socket) -> None:
    with connection.makefile("rwb") as stream:
        function, arguments, named = pickle.load(stream)
        try:
            result = _found(function)(*arguments, **named)
            if isinstance(result, Generator):
                for item in result:
                    stream.write(pickle.dumps((item, None), pickle.HIGHEST_PROTOCOL))
                    stream.flush()
                    gc.collect()
                result = None
            answer = pickle.dumps((result, None), pickle.HIGHEST_PROTOCOL)
        except BrokenPipeError:  # nobody reads on
            raise
        except Exception as error:
            answer = pickle.dumps((None, _portable(error)))
        stream.write(answer)


def _portable(error: Exception) -> Exception:
    """The error with its traceback as a note, or one that quotes it where it can't be pickled."""
    try:
        pickle.loads(pickle.dumps(error))
        raised = error
    except Exception:
        raised = RuntimeError(f"{type(error).__name__}: {error}")
    raised.add_note(traceback.format_exc())
    return raised


def _found(function: str) -> Callable:
    module, _, name = function.rpartition(".")
    return getattr(import_module(module), name)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
