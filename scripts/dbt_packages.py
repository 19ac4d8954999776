"""Get the dbt packages from the dbt package hub, or the project's own copy where it is not reached.

Run with the project's Python, from the project root or with the root as the argument; the root may
be another project's, which has Likeness as a local package. A second run returns at once.
`dbt deps` does the work when the hub answers within PROBE_SECONDS; else (no network, a proxy that
refuses, a download that fails) `vendor/dbt_expectations` is copied to where dbt looks for it, and
one line says so. dbt itself checks only the count of packages.
"""

import hashlib
import shutil
import subprocess
import sys
import threading
from pathlib import Path

PACKAGE = "dbt_expectations"
HOME = Path(__file__).resolve().parents[1]
OWNER = "metaplane"
PROBE_SECONDS = 2
DEPS_SECONDS = 60


def stamp_of(root: Path) -> str:
    """Digest of what decides the installed packages: packages.yml and the project's own copy."""
    digest = hashlib.sha256((root / "packages.yml").read_bytes())
    for path in sorted((HOME / "vendor" / PACKAGE).rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(HOME).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def is_installed(root: Path, stamp: str) -> bool:
    """Whether the packages are there, put by this script for `stamp` or by `dbt deps` by hand."""
    installed = root / "dbt_packages"
    wanted = [PACKAGE] if root == HOME else [PACKAGE, "likeness"]
    if not all((installed / name / "dbt_project.yml").is_file() for name in wanted):
        return False
    mark = installed / ".stamp"
    return not mark.is_file() or mark.read_text(encoding="utf-8") == stamp


def hub_answers() -> bool:
    """Whether the hub that dbt would ask answers within PROBE_SECONDS (name look-up included)."""
    answered = threading.Event()

    def probe() -> None:
        import requests
        from dbt.clients.registry import DEFAULT_REGISTRY_BASE_URL

        started.set()
        try:
            page = f"{DEFAULT_REGISTRY_BASE_URL}api/v1/{OWNER}/{PACKAGE}.json"
            if requests.get(page, timeout=PROBE_SECONDS).status_code == 200:
                answered.set()
        except requests.RequestException:
            pass
        finished.set()

    started, finished = threading.Event(), threading.Event()
    threading.Thread(target=probe, daemon=True).start()
    started.wait(timeout=60)
    finished.wait(timeout=PROBE_SECONDS)
    return answered.is_set()


def deps_succeed(root: Path) -> bool:
    """Whether `dbt deps` installs the packages within DEPS_SECONDS."""
    command = [sys.executable, "-m", "dbt.cli.main", "deps", "--profiles-dir", str(root)]
    try:
        done = subprocess.run(
            command, cwd=root, timeout=DEPS_SECONDS, capture_output=True, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0 and is_installed(root, "")


def place_own_copy(root: Path) -> None:
    """Copy the project's own package to dbt_packages/, in place of whatever was there."""
    target = root / "dbt_packages" / PACKAGE
    if target.is_symlink():
        target.unlink()
    elif target.exists():
        shutil.rmtree(target)
    shutil.copytree(HOME / "vendor" / PACKAGE, target)
    likeness = root / "dbt_packages" / "likeness"
    if root != HOME and not likeness.exists():
        likeness.symlink_to(HOME, target_is_directory=True)


def main(root: Path) -> None:
    """Install the packages unless they are there; say in one line where they came from."""
    stamp = stamp_of(root)
    if is_installed(root, stamp):
        return
    mark = root / "dbt_packages" / ".stamp"
    mark.unlink(missing_ok=True)
    if hub_answers() and deps_succeed(root):
        print(f"dbt packages: {PACKAGE} from the dbt package hub.")
    else:
        place_own_copy(root)
        print(
            f"dbt packages: the dbt package hub cannot be reached; vendor/{PACKAGE} "
            "(same name and tests) takes its place."
        )
    mark.write_text(stamp, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
