"""A Spark Connect server on this machine, and builds on it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 600


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def remote(tmp_path_factory):
    """The address of a server of two cores that has nothing of the project on its path."""
    import pyspark

    folder = tmp_path_factory.mktemp("spark")
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    home = Path(pyspark.__file__).parent
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "SPARK_REMOTE")}
    environment |= {"SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable}
    options = {
        "spark.connect.grpc.binding.port": port,
        "spark.driver.memory": "3g",
        # In a server of minutes the second compiler costs more than it gains. Without it Java keeps
        # 48 MB of compiled code, and ends once what Spark generates has filled them.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=512m",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": 4,
        "spark.sql.warehouse.dir": folder / "warehouse",
        "spark.task.maxFailures": 4,
    }
    listed = [part for key, value in options.items() for part in ("--conf", f"{key}={value}")]
    server = "org.apache.spark.sql.connect.service.SparkConnectServer"
    # Two threads, and tasks that are tried again.
    command = [home / "bin" / "spark-submit", "--class", server, "--master", "local[2,4]", *listed]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            [*map(str, command), "spark-internal"],
            cwd=folder, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            _wait(port, process, folder / "server.log")
            yield f"sc://localhost:{port}"
        finally:
            process.terminate()
            process.wait()


def _wait(port: int, process: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            pytest.fail(f"the Spark Connect server ended: {log.read_text()[-2000:]}")
        with socket.socket() as asked:
            if asked.connect_ex(("localhost", port)) == 0:
                return
        time.sleep(0.5)
    pytest.fail(f"the Spark Connect server did not answer in {SECONDS} seconds")


@pytest.fixture(scope="session")
def spark(remote):
    """The adapter's own session on that server."""
    from dbt.adapters.sparkpython.session import Spark

    return Spark(remote, "likeness", "parquet")


@pytest.fixture(scope="session")
def dbt_run():
    """Runs dbt in a process of its own; gives its exit code and output."""

    def run(*arguments: str, timeout: int = 900, **environment: str) -> tuple[int, str]:
        command = [str(Path(sys.executable).parent / "dbt"), "--no-use-colors", *arguments]
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("LIKENESS_", "SPARK_"))}
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False,
            env={**kept, "LOANS_PATH": "", "DBT_PROFILES_DIR": str(ROOT), **environment},
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.fixture(scope="session", autouse=True)
def java():
    """Java, without which there is nothing to test."""
    if shutil.which("java") is None:
        pytest.fail("there is no Java here; `make test-spark` says how it is had")
