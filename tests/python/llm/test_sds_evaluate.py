import threading
import time

import pytest
import requests
from sds_case import KEY, by_row, client, given, scores_wanted

from fakes.sds_llm import JUDGED, loan
from fakes.sds_server import FakeSds, Seen
from likeness.llm.core.backend import Failed
from likeness.llm.sds.history import display_name
from likeness.llm.sds.posted import Posted

EVALUATE = "/synthesis/evaluate_freeform"


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
    with pytest.raises(Failed, match="does not exist here") as caught:
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
    first.kept(request)
    by_row(server, lambda text: None)
    second = client(server, tmp_path, workspace=str(workspace))
    assert given(second, request, second.judge(request))[0].score == 9.0


def test_what_the_server_could_not_read_again_is_written_as_text(server, workspace, tmp_path):
    backend = client(server, tmp_path, workspace=str(workspace))
    request = scores_wanted([loan(0) | {"dti": "NaN", "revol_bal": "1e999", "emp_title": "\u00e9"}])
    assert given(backend, request, backend.judge(request))[0].score == 9.0
    (call,) = server.llm.calls
    assert "'dti': 'NaN'" in call.text
    assert "'emp_title': '\u00e9'" in call.text


def test_an_evaluation_blocks_the_fake_as_it_does_the_real_one(server):
    server.store.write("rows.json", [{"i": 1}])
    server.llm.seconds_per_call = 200.0
    body = {"model_id": "stub", "use_case": "custom", "import_path": "rows.json", "examples": []}
    headers = {"Authorization": f"Bearer {KEY}"}

    def evaluate():
        requests.post(server.url + EVALUATE, json=body, headers=headers, timeout=600)

    thread = threading.Thread(target=evaluate)
    thread.start()
    while not server.llm.calls:
        time.sleep(0.005)
    requests.get(server.url + "/use-cases", headers=headers, timeout=600)
    assert len(server.store.evaluations) == 1
    thread.join()
