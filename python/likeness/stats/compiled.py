"""Where the compiled loops come from, and the one place that decides where they are kept.

numba keeps what it compiles in files, so that it compiles once. It takes the folder that the
environment's NUMBA_CACHE_DIR names, or `__pycache__` in the package; where that cannot be written,
a folder of the user's own among the temporary ones.
"""

import os
import sys
import tempfile
import threading
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

VARIABLE = "NUMBA_CACHE_DIR"
NAME = "likeness.synthesizer.kernels"
BESIDE = Path(__file__).parents[1] / "__pycache__"
_MISSING = (
    "The engine learns with numba, which cannot be imported here ({}); install it (drawing rows "
    "from a profile needs NumPy only)."
)
_lock = threading.Lock()


def cache_folder() -> tuple[Path, str]:
    """The folder for compiled code, and one sentence where it is not the one wanted ('' if it is).

    OSError, in one sentence, where no folder can be written.
    """
    asked = os.environ.get(VARIABLE)
    wanted = Path(asked) if asked else BESIDE
    if _can_write(wanted):
        return wanted, ""
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    own = Path(tempfile.gettempdir()) / f"likeness-numba-{user}"
    if not (_can_write(own) and _is_private(own)):
        raise OSError(
            f"The engine's compiled code can be kept neither in {wanted} nor in {own}; "
            f"set {VARIABLE} to a folder that can be written."
        )
    return own, (
        f"The engine's compiled code is kept in {own}, since {wanted} cannot be written; "
        f"{VARIABLE} names another folder."
    )


def _can_write(folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _is_private(folder: Path) -> bool:
    """Whether nobody else can put files there: what numba reads back from them is executed."""
    if not hasattr(os, "getuid"):
        return True
    state = folder.lstat()
    return state.st_uid == os.getuid() and not folder.is_symlink() and not state.st_mode & 0o022


def kernels() -> ModuleType | None:
    """The compiled loops, or None on a machine without numba, where rows are drawn with NumPy."""
    with _lock:
        return _loaded()[0]


def required() -> ModuleType:
    """The compiled loops, compiled with the first call on a machine.

    Raises ModuleNotFoundError without numba, and OSError where compiled code cannot be kept.
    """
    with _lock:
        loops, reason = _loaded()
    if loops is None:
        raise ModuleNotFoundError(_MISSING.format(reason))
    return loops


@cache
def _loaded() -> tuple[ModuleType | None, str]:
    """The compiled loops, or None and why numba cannot be used."""
    try:
        import numba
    except ImportError as error:
        return None, str(error)
    folder, sentence = cache_folder()
    if sentence:
        print(sentence, file=sys.stderr, flush=True)
    # numba looks for its folder while functions are declared; afterwards the setting is as before.
    settings: Any = numba.config
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(folder)
    try:
        return import_module(NAME), ""
    finally:
        settings.CACHE_DIR = before


def problem() -> str:
    """One sentence about why the engine cannot learn on this machine, or ''."""
    try:
        if not find_spec("numba"):
            return _MISSING.format("No module named 'numba'")
        cache_folder()
    except OSError as error:
        return str(error)
    return ""


if __name__ == "__main__":
    if sentence := problem():
        sys.exit(sentence)
    required()
