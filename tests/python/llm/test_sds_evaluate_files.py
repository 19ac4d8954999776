"""Scores without a folder that both see: the server's own files, matched on content."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sds_case import KEY, NAMES, as_text, by_row, client, given, rows_wanted, scores_wanted

from fakes.sds_llm import loan
from fakes.sds_server import FakeSds
from likeness.llm.sds.scores import content, scores

EVALUATE = "/synthesis/evaluate_freeform"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CDSW_APIV2_KEY", KEY)
    (tmp_path / "server").mkdir()
    return tmp_path / "server"


@pytest.fixture
def server(folder):
    with FakeSds(folder) as fake:
        fake.token = KEY
        yield fake


@pytest.fixture(params=["demo", "job"])
def mode(request):
    return request.param


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


def test_a_row_read_from_a_text_has_the_score_of_its_text(server, tmp_path):
    rows = generated(server, tmp_path, "[[mode=quoted]] seed", rows=1)
    request = scores_wanted([dict(row) for row in rows])
    backend = client(server, tmp_path)
    assert [list(row) for row in rows] == [NAMES]
    assert [v.score for v in given(backend, request, backend.judge(request))] == [9.0]


def test_rows_that_share_a_text_are_not_judged_as_one(server, tmp_path):
    rows = generated(server, tmp_path, "[[mode=quoted]] seed", rows=5)
    request = scores_wanted([dict(row) for row in rows[:5]])
    backend = client(server, tmp_path)
    verdicts = given(backend, request, backend.judge(request))
    assert [verdict.score for verdict in verdicts] == [None] * 5
    assert all("within a text of several rows" in verdict.justification for verdict in verdicts)
    assert not server.posts(EVALUATE)


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
