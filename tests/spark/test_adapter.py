"""What the adapter says when something is wrong, and what it keeps to itself."""

import socket
import time

import pytest
from dbt.adapters.sparkpython.session import problem_with_address, without_token

TOKEN = "dapi-0123456789-secret"


def test_a_closed_address_is_said_in_time_with_the_settings_name(dbt_run, tmp_path):
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    started = time.monotonic()
    assert "SPARK_REMOTE" in problem_with_address(f"sc://localhost:{port}")
    assert time.monotonic() - started < 15
    log = tmp_path / "logs"
    code, output = dbt_run(
        "run", "--target", "spark", "--target-path", str(tmp_path / "target"),
        "--log-path", str(log), "--select", "loans",
        SPARK_REMOTE=f"sc://localhost:{port}/;token={TOKEN}",
        LIKENESS_SPARK_SOURCE="bank.loans", LIKENESS_DB=str(tmp_path / "closed.duckdb"),
    )  # fmt: skip
    assert code != 0
    assert f"no Spark Connect server answers at localhost:{port}" in output
    assert "SPARK_REMOTE" in output
    written = output + "".join(p.read_text() for p in log.rglob("*") if p.is_file())
    assert TOKEN not in written


def test_a_file_as_the_source_is_refused_with_the_reason(dbt_run, tmp_path):
    code, output = dbt_run(
        "run", "--target", "spark", "--target-path", str(tmp_path / "target"),
        "--log-path", str(tmp_path / "logs"), "--select", "loans",
        SPARK_REMOTE="sc://localhost:1", LIKENESS_DB=str(tmp_path / "file.duckdb"),
    )  # fmt: skip
    assert code != 0
    said = " ".join(output.split())
    assert "LIKENESS_SPARK_SOURCE" in said
    assert "A CSV file is not read there" in said


@pytest.mark.parametrize("remote", ["http://host", "host:15002", "sc://"])
def test_what_is_no_address_is_said(remote):
    assert "SPARK_REMOTE" in problem_with_address(remote)


def test_a_session_in_this_process_has_no_address_to_ask():
    assert problem_with_address("") == ""
    assert problem_with_address("local[2]") == ""


def test_tokens_are_left_out_of_messages():
    remote = f"sc://host:443/;use_ssl=true;token={TOKEN}"
    assert TOKEN not in without_token(f"failed for {remote}", remote)
