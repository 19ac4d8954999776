"""A function call in a Python process of its own, so that dbt's other thread goes on meanwhile."""

import os
import pickle
import subprocess
import sys
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path


def called(function: str, *arguments: object) -> object:
    """What `function` (module.name) returns; arguments and result must be picklable.

    Worth the second that a process and its imports take where Python itself is busy for longer:
    the threads of one process share one interpreter, and the second core would lie idle. Raises
    RuntimeError with the traceback of the other process if there is one.
    """
    package = str(Path(__file__).parent.parent)
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, "-m", "likeness.apart"],
        input=pickle.dumps((function, arguments)),
        capture_output=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{function} failed:\n{done.stderr.decode(errors='replace')}")
    return pickle.loads(done.stdout)


def _answer() -> None:
    function, arguments = pickle.load(sys.stdin.buffer)
    module, _, name = function.rpartition(".")
    with redirect_stdout(sys.stderr):
        result = getattr(import_module(module), name)(*arguments)
    pickle.dump(result, sys.stdout.buffer)


if __name__ == "__main__":
    _answer()
