"""Parquet sources of several files: a folder of them, or a glob."""

import glob
import os
from pathlib import Path

SIGNS = "*?["


def pattern(path: str) -> str:
    """The pattern of Parquet files that a folder or a glob means; '' for a file."""
    if os.path.isdir(path):
        return f"{escaped(path)}/*.parquet"
    is_glob = any(sign in path for sign in SIGNS) and path.lower().endswith(".parquet")
    return path if is_glob and not os.path.isfile(path) else ""


def escaped(path: str) -> str:
    """A path in which no sign stands for others."""
    return "".join(f"[{sign}]" if sign in SIGNS else sign for sign in path)


def files(path: str) -> list[Path]:
    """The files that a folder or a glob means, in the order of their names; [] for a file."""
    found = pattern(path)
    return [Path(name) for name in sorted(glob.glob(found, recursive=True))] if found else []


def problem(path: str) -> str:
    """One sentence where a folder or a glob holds nothing that can be read, or ''."""
    if not pattern(path):
        return ""
    held = files(path)
    if not held and os.path.isdir(path):
        return f"{path} is a folder without a .parquet file."
    if not held:
        return f"{path}: there is no such file."
    for file in held:
        try:
            with open(file, "rb") as handle:
                start = handle.read(4)
        except OSError as error:
            return f"{file} cannot be opened ({error.strerror})."
        if start != b"PAR1":
            return f"{file} is no parquet file."
    return ""
