import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sds_case import KEY, NAMES, as_text, client, rows_wanted, scores_wanted

from fakes.sds_llm import JUDGED, loan
from fakes.sds_server import FakeSds, Seen
from likeness.llm.backend import Failed
from likeness.llm.sds_history import Posted, display_name
from likeness.llm.sds_scores import content, scores

EVALUATE = "/synthesis/evaluate_freeform"
FREEFORM = "/synthesis/freeform"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CDSW_APIV2_KEY", KEY)
    (tmp_path / "server").mkdir()
    return tmp_path / "server"


@pytest.fixture
def workspace(tmp_path):
    (tmp_path / "workspace").mkdir()
    return tmp_path / "workspace"


@pytest.fixture
def server(folder):
    with FakeSds(folder) as fake:
        fake.token = KEY
        yield fake


@pytest.fixture(params=["demo", "job"])
def mode(request):
    return request.param


def by_row(server, ask):
    """Let the judge score each row as `ask` of the row's text says."""
    server.llm.plan = lambda call: ask(call.text) if call.kind == "judge" else None


def given(backend, request, answer):
    return backend.scores(answer.raw, [row for _, row in request.rows])


def test_five_rows_through_a_shared_folder(server, workspace, tmp_path, mode):
    backend = client(server, tmp_path, mode=mode, workspace=str(workspace))
    request = scores_wanted()
    answer = backend.judge(request)
    verdicts = given(backend, request, answer)
    assert [(v.score, v.justification) for v in verdicts] == [(9.0, JUDGED)] * 5
    (body,) = server.posts(EVALUATE)
    assert body["examples"] == []
    assert body["use_case"] == "custom"
    assert body["custom_prompt"] == "Judge loans."
    assert body["model_params"]["temperature"] == 0.0
    assert list(workspace.iterdir()) == []
    assert all("'loan_amnt': " in call.text for call in server.llm.calls)
    assert not any("'loan_amnt': '" in call.text for call in server.llm.calls)
    assert all("'grade': '" in call.text for call in server.llm.calls)


def test_scores_find_their_rows_in_whatever_order_they_come(server, workspace, tmp_path):
    backend = client(server, tmp_path, workspace=str(workspace))
    by_row(server, lambda text: "eval_list2" if "Engineer 3'" in text else "single_object")
    server.llm.sleep = lambda _: time.sleep(0.02 if len(server.llm.calls) == 1 else 0)
    request = scores_wanted()
    verdicts = given(backend, request, backend.judge(request))
    assert [verdict.score for verdict in verdicts] == [7.0, 7.0, 7.0, 3.0, 7.0]


@pytest.mark.parametrize("fault", ["malformed", "refusal", "empty", "null", "emptylist"])
def test_a_nought_that_means_nothing_is_not_judged(server, workspace, tmp_path, fault):
    backend = client(server, tmp_path, workspace=str(workspace))
    by_row(server, lambda text: fault if "Engineer 3'" in text else None)
    request = scores_wanted()
    verdicts = given(backend, request, backend.judge(request))
    assert [verdict.score for verdict in verdicts] == [9.0, 9.0, 9.0, None, 9.0]
    assert "did not generate valid" in verdicts[3].justification or (
        "Failed to parse" in verdicts[3].justification
    )


@pytest.mark.parametrize("fault", ["eval_zero", "eval_eleven"])
def test_a_score_outside_1_to_10_is_not_judged(server, workspace, tmp_path, fault):
    backend = client(server, tmp_path, workspace=str(workspace))
    by_row(server, lambda text: fault)
    request = scores_wanted()
    verdicts = given(backend, request, backend.judge(request))
    assert [verdict.score for verdict in verdicts] == [None] * 5


@pytest.mark.parametrize(
    ("fault", "retryable", "part"),
    [
        ("eval_strscore", True, "no number"),
        ("eval_nullscore", True, "no number"),
        ("http500", True, "failed (500)"),
        ("http429", True, "too often (429)"),
        ("http401", False, "own key"),
    ],
)
def test_one_row_that_fails_all(server, workspace, tmp_path, fault, retryable, part):
    backend = client(server, tmp_path, workspace=str(workspace))
    by_row(server, lambda text: fault if "Engineer 3'" in text else None)
    with pytest.raises(Failed) as caught:
        backend.judge(scores_wanted())
    assert caught.value.retryable is retryable
    assert part in caught.value.sentence
    assert list(workspace.iterdir()) == []
    by_row(server, lambda text: None)
    request = scores_wanted()
    assert given(backend, request, backend.judge(request))[3].score == 9.0


@pytest.mark.parametrize("fault", ["eval_strscore", "http500"])
def test_a_job_that_failed_is_repeated(server, workspace, tmp_path, fault):
    backend = client(server, tmp_path, mode="job", workspace=str(workspace))
    by_row(server, lambda text: fault)
    with pytest.raises(Failed) as caught:
        backend.judge(scores_wanted())
    assert caught.value.retryable
    by_row(server, lambda text: None)
    request = scores_wanted()
    assert given(backend, request, backend.judge(request))[0].score == 9.0


def test_a_folder_that_the_server_does_not_see(server, tmp_path, workspace):
    backend = client(server, tmp_path, workspace=str(workspace / "gone" / "away"))
    (workspace / "gone").write_text("a file")
    with pytest.raises(Failed, match="can't be written to") as caught:
        backend.judge(scores_wanted())
    assert caught.value.fatal
    server.store.path = lambda name: server.store.folder / "elsewhere" / "x"
    with pytest.raises(Failed, match="doesn't see the file") as caught:
        client(server, tmp_path, workspace=str(workspace)).judge(scores_wanted())
    assert caught.value.fatal


@pytest.mark.parametrize("fault", ["drop_after", "504"])
def test_a_lost_evaluation_is_found_again(server, workspace, tmp_path, fault):
    backend = client(server, tmp_path, workspace=str(workspace))
    request = scores_wanted()

    def front(seen):
        if seen.path != EVALUATE:
            return None
        server.front = lambda seen: None
        if fault == "504":
            server.answer(seen, {})
        return fault

    server.front = front
    with pytest.raises(Failed) as caught:
        backend.judge(request)
    assert caught.value.transport
    assert len(list(workspace.iterdir())) == 1
    answer = backend.recover(request)
    assert [verdict.score for verdict in given(backend, request, answer)] == [9.0] * 5
    assert len(server.llm.calls) == 5
    assert list(workspace.iterdir()) == []


def test_an_evaluation_that_never_began_is_asked_again(server, workspace, tmp_path):
    backend = client(server, tmp_path, workspace=str(workspace))
    faults = ["drop"]
    server.front = lambda seen: faults.pop() if faults and seen.path == EVALUATE else None
    with pytest.raises(Failed):
        backend.judge(scores_wanted())
    assert backend.recover(scores_wanted()) is None
    request = scores_wanted()
    assert given(backend, request, backend.judge(request))[0].score == 9.0


def test_a_504_after_the_work_is_done(folder, workspace, tmp_path):
    with FakeSds(folder, scale=0.002, limit_scale=0.002) as server:
        server.python = "3.12"
        server.llm.seconds_per_call = 40.0
        backend = client(server, tmp_path, workspace=str(workspace))
        request = scores_wanted()
        with pytest.raises(Failed, match="timed out after 60") as caught:
            backend.judge(request)
        assert caught.value.transport
        assert [v.score for v in given(backend, request, backend.recover(request))] == [9.0] * 5
        assert len(server.llm.calls) == 5


def test_a_killed_builds_evaluation_is_found_by_the_next(server, workspace, tmp_path, mode):
    request = scores_wanted()
    name = display_name(request.fingerprint)
    rows = [{"likeness_row": n} | row for n, (_, row) in enumerate(request.rows)]
    server.store.write("rows.json", rows)
    body = {"model_id": "stub", "use_case": "custom", "import_path": "rows.json"}
    body |= {"examples": [], "is_demo": mode == "demo", "display_name": name + "-dead"}
    Posted(tmp_path / "sds").add(name, name + "-dead")
    server.llm.seconds_per_call = 100.0
    killed = Seen("POST", EVALUATE, body, None)
    thread = threading.Thread(target=server.answer, args=(killed, {}))
    thread.start()
    while not server.llm.calls:
        time.sleep(0.005)
    backend = client(server, tmp_path, mode=mode, workspace=str(workspace))
    assert [v.score for v in given(backend, request, backend.judge(request))] == [9.0] * 5
    assert len(server.llm.calls) == 5
    thread.join()


def test_a_row_that_was_not_judged_is_judged_anew_by_the_next_build(server, workspace, tmp_path):
    by_row(server, lambda text: "null")
    request = scores_wanted()
    first = client(server, tmp_path, workspace=str(workspace))
    assert given(first, request, first.judge(request))[0].score is None
    first.judge(scores_wanted([loan(99)]))
    by_row(server, lambda text: None)
    second = client(server, tmp_path, workspace=str(workspace))
    assert given(second, request, second.judge(request))[0].score == 9.0


def generated(server, tmp_path, text, rows=5, **values):
    backend = client(server, tmp_path)
    return backend.rows(backend.generate(rows_wanted(text, rows, **values)).raw)


def test_without_a_shared_folder_the_servers_own_files_are_judged(server, tmp_path, mode):
    generated(server, tmp_path, '["grade=A"]')
    rows = generated(server, tmp_path, '["grade=B"]')
    by_row(server, lambda text: "eval_list2" if "Engineer 7'" in text else None)
    backend = client(server, tmp_path, mode=mode)
    request = scores_wanted([dict(row) for row in rows])
    verdicts = given(backend, request, backend.judge(request))
    assert [verdict.score for verdict in verdicts] == [9.0, 9.0, 3.0, 9.0, 9.0]
    assert len(server.posts(EVALUATE)) == 1
    backend.judge(scores_wanted([dict(row) for row in rows[1:3]]))
    client(server, tmp_path, mode=mode).judge(request)
    assert len(server.posts(EVALUATE)) == 1


def test_jobs_that_judge_side_by_side_pay_for_each_file_once(server, tmp_path):
    files = [generated(server, tmp_path, f'["seed {number}"]') for number in range(4)]
    mixed = [dict(rows[number]) for number in range(5) for rows in files]
    requests_ = [scores_wanted(mixed[start : start + 5]) for start in range(0, 20, 5)]
    backend = client(server, tmp_path, mode="job")
    assert backend.judge_parallel > 1
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(backend.judge, requests_))
    for request, answer in zip(requests_, answers, strict=True):
        assert [verdict.score for verdict in given(backend, request, answer)] == [9.0] * 5
    assert len(server.posts(EVALUATE)) == 4


def test_equal_rows_share_a_score(server, tmp_path):
    rows = generated(server, tmp_path, "[[mode=dup_rows]] seed")
    backend = client(server, tmp_path)
    request = scores_wanted([dict(row) for row in rows])
    assert [v.score for v in given(backend, request, backend.judge(request))] == [9.0] * 5


def test_without_a_shared_folder_a_nought_is_asked_for_again(server, tmp_path):
    rows = generated(server, tmp_path, '["grade=A"]')
    request = scores_wanted([dict(row) for row in rows])
    by_row(server, lambda text: "null" if "Engineer 3'" in text else None)
    backend = client(server, tmp_path)
    assert given(backend, request, backend.judge(request))[3].score is None
    by_row(server, lambda text: None)
    left = scores_wanted([dict(rows[3])])
    assert given(backend, left, backend.judge(left))[0].score == 9.0
    assert len(server.posts(EVALUATE)) == 2


def test_rows_of_other_origin_need_a_shared_folder(server, tmp_path):
    generated(server, tmp_path, '["grade=A"]')
    backend = client(server, tmp_path)
    request = scores_wanted([loan(0), loan(77)])
    verdicts = given(backend, request, backend.judge(request))
    assert [verdict.score for verdict in verdicts] == [9.0, None]
    assert "sds_workspace" in verdicts[1].justification


def test_a_file_with_nan_costs_only_its_own_rows(server, tmp_path):
    generated(server, tmp_path, "[[mode=nan]] seed")
    rows = generated(server, tmp_path, '["grade=A"]')
    backend = client(server, tmp_path)
    request = scores_wanted([dict(row) for row in rows])
    assert [v.score for v in given(backend, request, backend.judge(request))] == [9.0] * 5


def test_a_large_file_gets_more_workers(server, tmp_path):
    rows = generated(server, tmp_path, '["grade=A"]', rows=40)
    backend = client(server, tmp_path, seconds_per_judgement=25.0)
    request = scores_wanted([dict(rows[0])])
    backend.judge(request)
    assert server.posts(EVALUATE)[0]["max_workers"] == 20


def test_what_the_server_could_not_read_again_is_written_as_text(server, workspace, tmp_path):
    backend = client(server, tmp_path, workspace=str(workspace))
    request = scores_wanted([loan(0) | {"dti": "NaN", "revol_bal": "1e999", "emp_title": "\u00e9"}])
    assert given(backend, request, backend.judge(request))[0].score == 9.0
    (call,) = server.llm.calls
    assert "'dti': 'NaN'" in call.text
    assert "'emp_title': '\u00e9'" in call.text


def test_contents_are_equal_however_they_are_written():
    row = loan(3)
    assert content(row) == content(as_text(row)) == content({"Seeds": "s", **row})
    assert content(row) == content(json.loads(json.dumps(row)) | {"loan_amnt": 5750})
    assert content(row) != content(row | {"loan_amnt": 5750.5})
    assert content({"a": None, "b": ""}) == content({"c": 1} | {"c": None})


@pytest.mark.parametrize(
    "raw", ["", "<html>", "[]", "{}", "7", '{"result": 3}', "[[[", "null", '[{"error": "x"}]']
)
def test_whatever_comes_is_one_verdict_a_row(raw):
    verdicts = scores(raw, [dict.fromkeys(NAMES), dict.fromkeys(NAMES)])
    assert [verdict.score for verdict in verdicts] == [None, None]
    assert all(verdict.justification for verdict in verdicts)


def test_an_evaluation_blocks_the_fake_as_it_does_the_real_one(server):
    server.store.write("rows.json", [{"i": 1}])
    server.llm.seconds_per_call = 200.0
    body = {"model_id": "stub", "use_case": "custom", "import_path": "rows.json", "examples": []}
    headers = {"Authorization": f"Bearer {KEY}"}

    def evaluate():
        requests.post(server.url + EVALUATE, json=body, headers=headers, timeout=60)

    thread = threading.Thread(target=evaluate)
    thread.start()
    while not server.llm.calls:
        time.sleep(0.005)
    requests.get(server.url + "/use-cases", headers=headers, timeout=60)
    assert len(server.store.evaluations) == 1
    thread.join()
