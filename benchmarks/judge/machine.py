"""What a measurement was made with: machine, versions, date."""

import os
import platform
import re
import subprocess
from datetime import date
from importlib import metadata
from pathlib import Path

PACKAGES = ("duckdb", "dbt-core", "numpy", "pandas", "scikit-learn", "sdmetrics")


def processor() -> str:
    """The processor's name, as far as the system names it."""
    about = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*:\s*(.+)", about.read_text()) if about.exists() else None
    return named[1].strip() if named else platform.processor() or platform.machine()


def machine() -> str:
    """Processor, cores, memory and system."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.release()}"
    return f"{processor()}, {os.cpu_count()} cores, {memory:.0f} GB, {system}"


def versions() -> str:
    """Versions of Python and of what the bench stands on."""
    named = [f"{name} {metadata.version(name)}" for name in PACKAGES]
    return ", ".join([f"Python {platform.python_version()}", *named])


def commit(root: Path) -> str:
    """The commit that was measured, and whether files differ from it."""
    command = ["git", "describe", "--always", "--dirty", "--exclude", "*"]
    found = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


def today() -> str:
    """The date."""
    return date.today().isoformat()
