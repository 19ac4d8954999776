"""On a terminal a build shows its steps and what it says itself, elsewhere dbt's own lines."""

import io
import json
import sys

from likeness.cli.progress import CLEAR, Progress, run_dbt


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def event(name: str, level: str = "info", msg: str = "", **data: object) -> str:
    return json.dumps({"info": {"name": name, "level": level, "msg": msg}, "data": data}) + "\n"


def result(path: str, index: int, kind: str = "model") -> str:
    node = {"node_path": path, "resource_type": kind, "node_name": path.split("/")[-1]}
    return event("LogModelResult", node_info=node, index=index, total=9)


def lines(stream: io.StringIO) -> list[str]:
    """What stays on the terminal."""
    return [line.split(CLEAR)[-1] for line in stream.getvalue().split("\n") if line]


EVENTS = [
    event("MainReportVersion", msg="Running with dbt"),
    event("JinjaLogInfo", msg="  source     loans.csv: UTF-8"),
    result("staging/stg_loans.sql", 1),
    result("profiles/clusters.py", 2),
    result("synthetic/responses/int_responses.py", 3),
    # A test, or a model of an earlier step, does not open its step again.
    result("profiles/late.sql", 4),
    result("not_null", 5, kind="test"),
    event("LogTestResult", "error", "a test failed", node_info={}, index=6, total=9),
    result("marts/report.py", 7),
    event("RunResultFailure", "error", "Failure in test gates_without_error"),
    event("StatsLine", msg="Done. PASS=8 ERROR=1"),
]


def test_each_step_is_one_line_and_what_matters_stays():
    stream = Terminal()
    progress = Progress(stream)
    for one in [*EVENTS, "no event at all\n"]:
        progress.take(one)
    progress.end()
    shown = lines(stream)
    assert [line.split(":")[0] for line in shown if line.startswith("step")] == [
        "step 1 of 3  preparation and seed instructions",
        "step 2 of 3  generation and filtering",
        "step 3 of 3  evaluation",
    ]
    for said in ("  source     loans.csv: UTF-8", "Failure in test gates_without_error"):
        assert said in shown
    assert "no event at all" in shown
    assert "Done. PASS=8 ERROR=1" in shown
    assert not any("Running with dbt" in line for line in shown)


def test_dbt_is_asked_for_events_on_a_terminal_alone(tmp_path):
    program = tmp_path / "dbt"
    program.write_text(
        f"#!{sys.executable}\nimport sys, json\n"
        "if '--log-format' in sys.argv:\n"
        "    print(json.dumps({'info': {'name': 'StatsLine', 'msg': 'Done.', 'level': 'info'}}))\n"
        "sys.exit(3 if 'json' in sys.argv else 4)\n"
    )
    program.chmod(0o755)
    stream = Terminal()
    assert run_dbt([str(program), "build"], stream) == 3
    assert lines(stream) == ["Done."]
    assert run_dbt([str(program), "build"], io.StringIO()) == 4
