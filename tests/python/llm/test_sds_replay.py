"""The fake server answers as the real one was recorded to.

Compared: status, content type, every key, every type, every text and number that the server
itself makes. Not compared: what the language model wrote (values of the 27 columns, in which
order calls ran), times, ids and random marks in names.

Not replayable whole, and why:
- 07, 07h: 37 generations and 21 evaluations came before; one page's shape is compared instead.
- 20d, 21c: the recordings hold 40 of 48 rows (cut when they were saved), and their file is put on
  the server as it stands; the job tests below count all 48.
- 06b: scores and order were random; the set of rows and the range are compared.
- polls (20b, 21b, 22b, 22d, 22f): the moments differ; the sequence of states is compared.
- 07j: the error's text is AWS's.
"""

import json
import os
import re
import time
from pathlib import Path

import pytest
import requests

from fakes.sds_server import FakeSds

OWN = Path(__file__).parent / "recordings"
ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("LIKENESS_SHARED", ROOT.parent / "shared"))
RECORDED = (SHARED.parent if SHARED.name == "data" else SHARED) / "sds" / "recordings"
EXAMPLES = [{"score": 10, "justification": "good"}, {"score": 4, "justification": "bad"}]
ROW_KEYS = 20
POLLS = {"20b", "21b", "22b", "22d", "22f"}
AFTER = "t_freeform_over_300s_after"


def recordings(folder: Path) -> list:
    names = sorted(path.stem for path in folder.glob("*.json"))
    kept = [n for n in names if n.split("_")[0] not in POLLS and n != AFTER]
    missing = pytest.param("none", marks=pytest.mark.skip(reason=f"no recordings in {folder}"))
    return kept or [missing]


def load(folder: Path, name: str) -> dict:
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def shape(value: object, key: str = "") -> object:
    """`value` with what differs from run to run taken out."""
    if isinstance(value, dict) and len(value) > ROW_KEYS and "display_name" not in value:
        return {k: kind(v) for k, v in sorted(value.items())}
    if isinstance(value, dict):
        return {k: shape(v, k) for k, v in value.items()}
    if isinstance(value, list):
        items = [shape(item, key) for item in value]
        return sorted(items, key=repr) if key == "evaluated_rows" else items
    if isinstance(value, str):
        text = re.sub(r"\d{8}T\d{9}", "<time>", value)
        text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.+]+", "<iso>", text)
        return re.sub(r"job-[0-9a-f]{12}|_[0-9a-f]{4}(?=$|\.)", "<mark>", text)
    return "<id>" if key == "id" else value


def kind(value: object) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return "number" if number else type(value).__name__


def input_rows(name: str, recorded: dict) -> list[dict]:
    """The rows of the file that an evaluation read."""
    body = recorded["response"]["body"] or {}
    if isinstance(body.get("result"), dict):
        rows = [item["row"] for item in body["result"]["evaluated_rows"]]
        return sorted(rows, key=lambda row: row.get("i", row.get("loan_amnt")))
    rows = [{"Seeds": "s", "i": i, "loan_amnt": 1000.0 + i} for i in range(12)]
    mode = {"06e_one_row_500": "http500", "06e3_one_row_strscore": "eval_strscore"}.get(name)
    if mode:
        rows[7] = {"Seeds": "s", "i": 7, "note": f"[[mode={mode}]]"}
    return rows


def stage(server: FakeSds, name: str, recorded: dict) -> None:
    """Put on the server what was there when `name` was recorded."""
    request, body = recorded["request"], recorded["response"]["body"]
    asked = request["body"] or {}
    wanted = asked.get("import_path") or asked.get("path") or request["path"].rpartition("/")[2]
    absent = "missing_file" in name or name.startswith(("07e", "07m2"))
    if absent or not wanted.endswith(".json"):
        return
    if name.startswith("07m3"):
        server.store.write(wanted, [{"Seeds": "s", "dti": float("nan")}])
    elif "import_path" in asked:
        server.store.write(wanted, input_rows(name, recorded))
    elif name.startswith("07f"):
        server.store.write(wanted, [])
    elif request["path"].startswith("/dataset_details"):
        server.store.write(wanted, body["evaluation"])
    elif request["path"].startswith("/json"):
        server.store.write(wanted, body["data"])
    elif request["path"].startswith("/generations"):
        values = {k: v for k, v in body.items() if k not in ("id", "topics", "num_questions")}
        server.store.add_generation({**body, "num_questions": int(body["num_questions"])}, **values)


def replay(server: FakeSds, request: dict) -> requests.Response:
    url = server.url + request["path"]
    if request["method"] == "GET":
        return requests.get(url, params=request["params"], timeout=600)
    return requests.post(url, json=request["body"], timeout=600)


def check(server: FakeSds, name: str, recorded: dict) -> None:
    stage(server, name, recorded)
    before = server.store.files()
    answer = replay(server, recorded["request"])
    expected = recorded["response"]
    assert answer.status_code == expected["status"]
    assert answer.headers["content-type"].split(";")[0] == expected["content_type"].split(";")[0]
    page = "html" in expected["content_type"]
    got = answer.text if page else answer.json()
    wanted = expected["body"]
    if name.startswith(("07_generations", "07h")):
        assert list(got) == list(wanted)
        assert list(got["pagination"]) == list(wanted["pagination"])
    elif name.startswith("07j"):
        assert list(got) == list(wanted)
        assert got["status"] == wanted["status"]
    elif name.startswith("06b"):
        result, recorded_result = got["result"], wanted["result"]
        assert list(result) == list(recorded_result)
        rows = sorted(item["row"]["i"] for item in result["evaluated_rows"])
        assert rows == list(range(12))
        assert all(3 <= item["evaluation"]["score"] <= 10 for item in result["evaluated_rows"])
    else:
        assert shape(got) == shape(wanted)
    files = sorted(shape(list(server.store.files() - before)))
    if recorded.get("files_written_by_server") is not None:
        assert files == sorted(shape(recorded["files_written_by_server"]))


@pytest.fixture
def server(tmp_path, request):
    name = request.node.callspec.params.get("name", "") if hasattr(request.node, "callspec") else ""
    limits = 0.005 if name == "t_freeform_over_300s" else 0.2
    with FakeSds(tmp_path, scale=min(limits, 0.005), limit_scale=limits) as fake:
        fake.cml = name not in ("04_is_demo_false_local", "07_job_not_available")
        yield fake


@pytest.mark.parametrize("name", recordings(OWN))
def test_own_recording(server, name):
    check(server, name, load(OWN, name))


@pytest.mark.parametrize("name", recordings(RECORDED))
def test_recording_of_the_real_server(server, name):
    check(server, name, load(RECORDED, name))


def history(server: FakeSds, kind: str) -> list[dict]:
    params = {"page": 1, "page_size": 100}
    return requests.get(f"{server.url}/{kind}/history", params=params, timeout=600).json()["data"]


def states(server: FakeSds, kind: str, body: dict) -> tuple[list[str], dict]:
    """Start a job, poll until it has ended: the states seen, and its row at the end."""
    route = "freeform" if kind == "generations" else "evaluate_freeform"
    answer = requests.post(f"{server.url}/synthesis/{route}", json=body, timeout=600).json()
    assert sorted(answer) == ["job_id", "job_name"]
    seen: list[str] = []
    while True:
        row = history(server, kind)
        row = next(r for r in row if r["display_name"] == body["display_name"])
        if row["job_status"] not in seen:
            seen.append(row["job_status"])
        if row["job_status"] in ("ENGINE_SUCCEEDED", "ENGINE_FAILED"):
            return seen, row
        time.sleep(0.001)


def job(topics: list[str], name: str, n: int = 5) -> dict:
    return {
        "model_id": "stub-model",
        "is_demo": False,
        "num_questions": n,
        "topics": topics,
        "display_name": name,
    }


@pytest.fixture
def jobs(tmp_path):
    with FakeSds(tmp_path, scale=0.02) as fake:
        yield fake


def test_job_goes_through_the_recorded_states(jobs):
    seen, row = states(jobs, "generations", job(["a", "a", "a", "b"], "jobA", 12))
    assert seen == ["ENGINE_SCHEDULING", "ENGINE_RUNNING", "ENGINE_SUCCEEDED"]
    assert row["completed_rows"] == row["total_count"] == 48
    name = row["generate_file_name"]
    url = f"{jobs.url}/json/get_seeds_list"
    rows = requests.post(url, json={"path": name}, timeout=600).json()["data"]
    assert len(rows) == 48
    assert {row["Seeds"] for row in rows} == {"a", "b"}
    url = f"{jobs.url}/json/get_content"
    assert len(requests.post(url, json={"path": name}, timeout=600).json()["data"]) == 20
    body = {
        "use_case": "custom",
        "model_id": "stub-model",
        "is_demo": False,
        "import_path": name,
        "examples": EXAMPLES,
        "display_name": "evalA",
    }
    seen, row = states(jobs, "evaluations", body)
    assert seen == ["ENGINE_SCHEDULING", "ENGINE_RUNNING", "ENGINE_SUCCEEDED"]
    result = requests.get(f"{jobs.url}/dataset_details/{row['evaluate_file_name']}", timeout=600)
    assert result.json()["evaluation"]["total_evaluated"] == 48


def test_failed_and_empty_jobs_end_as_recorded(jobs):
    _, row = states(jobs, "generations", job(["a", "[[mode=http500]] bad"], "jobB"))
    assert (row["job_status"], row["generate_file_name"]) == ("ENGINE_FAILED", None)
    seen, row = states(jobs, "generations", job(["[[mode=null]] seed"], "jobD"))
    assert seen[-1] == "ENGINE_SUCCEEDED"
    assert (row["generate_file_name"], row["completed_rows"]) == ("", 0)
    seen, row = states(jobs, "generations", job(["[[mode=null]] seed"], "jobE"))
    assert (seen[-1], row["generate_file_name"]) == ("ENGINE_FAILED", None)
    names = [row["display_name"] for row in history(jobs, "generations")]
    assert names == ["jobD", "jobB", "jobE"]


def test_a_job_without_topics_leaves_an_orphan(jobs):
    body = {"model_id": "stub-model", "is_demo": False, "num_questions": 5}
    answer = requests.post(f"{jobs.url}/synthesis/freeform", json=body, timeout=600)
    assert answer.status_code == 500
    assert len(jobs.jobs.orphans) == 1
    assert history(jobs, "generations") == []


def test_work_goes_on_after_the_server_gave_up(tmp_path):
    with FakeSds(tmp_path, scale=0.002, limit_scale=0.002) as fake:
        body = {**job(["a", "b"], "late", 10), "is_demo": True, "model_id": "stub@ok~170"}
        answer = requests.post(f"{fake.url}/synthesis/freeform", json=body, timeout=600)
        assert answer.status_code == 504
        assert answer.json()["error"] == "Operation 'freeform' timed out after 300.0 seconds"
        assert history(fake, "generations") == []
        while not (rows := history(fake, "generations")):
            time.sleep(0.01)
        assert rows[0]["completed_rows"] == 20


@pytest.mark.parametrize(("python", "status"), [("3.11", 200), ("3.12", 504)])
def test_a_long_evaluation_blocks_everybody(tmp_path, python, status):
    with FakeSds(tmp_path, scale=0.002, limit_scale=0.002) as fake:
        fake.python = python
        fake.store.write("rows.json", [{"Seeds": "s", "i": i} for i in range(16)])
        body = {
            "use_case": "custom",
            "model_id": "stub@ok~18",
            "import_path": "rows.json",
            "examples": [],
        }
        answer = requests.post(f"{fake.url}/synthesis/evaluate_freeform", json=body, timeout=600)
        assert answer.status_code == status
        assert history(fake, "evaluations")[0]["average_score"] == 9.0
