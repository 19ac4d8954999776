import threading
import time

import pytest
from sds_case import KEY, NAMES, client, rows_wanted

from fakes.sds_llm import REFUSAL
from fakes.sds_server import FakeSds
from likeness.llm.core import parse
from likeness.llm.core.backend import Failed
from likeness.llm.sds.generate import Gate

FREEFORM = "/synthesis/freeform"


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv("CDSW_APIV2_KEY", KEY)
    folder = tmp_path / "server"
    folder.mkdir()
    with FakeSds(folder) as fake:
        fake.token = KEY
        yield fake


@pytest.fixture(params=["demo", "job"])
def mode(request):
    return request.param


def complete(backend, answer):
    return [item for item in backend.rows(answer.raw) if parse.complete(item, NAMES)]


def test_five_rows(server, tmp_path, mode):
    backend = client(server, tmp_path, mode=mode)
    request = rows_wanted()
    answer = backend.generate(request)
    rows = complete(backend, answer)
    assert len(rows) == 5
    assert all(list(row) == NAMES for row in rows)
    assert rows[0]["loan_amnt"] == "5000.0"
    (body,) = server.posts(FREEFORM)
    assert body["topics"] == [request.seed_text]
    assert body["num_questions"] == 5
    assert body["is_demo"] is (mode == "demo")
    assert body["caii_endpoint"].startswith("http")
    assert body["model_params"] == request.parameters
    assert all(seen.authorization == f"Bearer {KEY}" for seen in server.seen)


def test_examples_reach_the_model_with_their_dates_whole(server, tmp_path):
    client(server, tmp_path).generate(rows_wanted())
    (call,) = server.llm.calls
    assert '"issue_d": "Jan-2015"' in call.prompt
    assert "Write loans." in call.prompt
    assert "example_path" not in server.posts(FREEFORM)[0]


def test_temperature_is_never_left_to_the_server(server, tmp_path):
    client(server, tmp_path).generate(rows_wanted(parameters={}))
    assert server.posts(FREEFORM)[0]["model_params"] == {"temperature": 1.0}


def test_a_models_endpoint_goes_to_caii_endpoint_and_bedrock_needs_none(server, tmp_path):
    bedrock = client(server, tmp_path, inference_type="aws_bedrock")
    assert len(complete(bedrock, bedrock.generate(rows_wanted()))) == 5
    assert "caii_endpoint" not in server.posts(FREEFORM)[0]


def test_many_rows_come_in_one_call(server, tmp_path, mode):
    backend = client(server, tmp_path, mode=mode)
    assert len(complete(backend, backend.generate(rows_wanted(rows=23)))) == 23
    assert [call.asked for call in server.llm.calls] == [5, 5, 5, 5, 3]


# What a model can do, what the client then has: items, of them complete rows.
ANSWERS = {
    "ok": (5, 5),
    "once500": (5, 5),
    "fewer": (5, 5),
    "more": (7, 7),
    "single_object": (5, 5),
    "fenced": (5, 5),
    "dup_rows": (5, 5),
    "topickey": (5, 5),
    "nan": (5, 5),
    "wrong_columns": (5, 0),
    "nonobj": (1, 0),
    "emptyobj": (1, 0),
    "refusal": (5, 0),
    "empty": (5, 0),
    "prose": (25, 25),
}


@pytest.mark.parametrize("fault", ANSWERS)
def test_answers_of_the_model(server, tmp_path, fault):
    backend = client(server, tmp_path)
    answer = backend.generate(rows_wanted(f"[[mode={fault}]] seed"))
    assert (len(backend.rows(answer.raw)), len(complete(backend, answer))) == ANSWERS[fault]
    for item in backend.rows(answer.raw):
        assert not {"Seeds", "Topic", "text"} & set(item if isinstance(item, dict) else ())


def test_text_rows_are_text(server, tmp_path):
    backend = client(server, tmp_path)
    answer = backend.generate(rows_wanted("[[mode=refusal]] seed"))
    assert backend.rows(answer.raw) == [REFUSAL] * 5


def test_a_cut_off_answer_keeps_its_whole_rows(server, tmp_path):
    backend = client(server, tmp_path)
    answer = backend.generate(rows_wanted("[[mode=truncated]] seed"))
    items = backend.rows(answer.raw)
    assert len(complete(backend, answer)) == 5 * 4
    assert sum(isinstance(item, str) for item in items) == 5


def test_more_rows_than_asked_are_kept(server, tmp_path):
    backend = client(server, tmp_path)
    answer = backend.generate(rows_wanted("[[mode=always5]] seed", rows=12))
    assert len(complete(backend, answer)) == 15


# Failures by the model, seen through the server: retryable, fatal, down, a part of the sentence.
FAILURES = {
    "http500": (True, False, False, "failed (500)"),
    "http503": (True, False, False, "failed (503)"),
    "http429": (True, False, False, "too often (429)"),
    "disconnect": (True, False, True, "can't reach its model"),
    "http400": (False, False, False, "did not accept the request (400)"),
    "http401": (False, True, False, "refused the server's own key (401)"),
    "null": (True, False, False, "without any row"),
    "emptylist": (True, False, False, "without any row"),
}


@pytest.mark.parametrize("fault", FAILURES)
def test_failures_of_the_model(server, tmp_path, fault):
    backend = client(server, tmp_path)
    with pytest.raises(Failed) as caught:
        backend.generate(rows_wanted(f"[[mode={fault}]] " + "a long topic: " * 40))
    failure = caught.value
    assert (failure.retryable, failure.fatal, failure.down) == FAILURES[fault][:3]
    assert FAILURES[fault][3] in failure.sentence
    assert not failure.transport
    assert backend.recover(rows_wanted()) is None


@pytest.mark.parametrize("fault", ["http500", "http429", "null", "emptylist"])
def test_a_job_that_brought_nothing_is_worth_repeating(server, tmp_path, fault):
    backend = client(server, tmp_path, mode="job")
    for _ in range(2):
        with pytest.raises(Failed) as caught:
            backend.generate(rows_wanted(f"[[mode={fault}]] seed"))
        assert caught.value.retryable
    assert len({body["display_name"] for body in server.posts(FREEFORM)}) == 2
    server.llm.plan = lambda call: "ok"
    assert len(complete(backend, backend.generate(rows_wanted(f"[[mode={fault}]] seed")))) == 5


def test_one_failing_topic_takes_no_other_with_it(server, tmp_path):
    backend = client(server, tmp_path)
    with pytest.raises(Failed):
        backend.generate(rows_wanted("[[mode=http500]] seed"))
    assert len(complete(backend, backend.generate(rows_wanted()))) == 5


def test_jobs_run_side_by_side(server, tmp_path):
    backend = client(server, tmp_path, mode="job")
    server.jobs.blank_histories = 1
    answers = {}

    def ask(number):
        answers[number] = backend.generate(rows_wanted(f'["seed {number}"]'))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(complete(backend, answers[n])) for n in range(8)] == [5] * 8
    assert len(server.llm.calls) == 8


def test_a_history_with_moods_is_read_again(server, tmp_path):
    backend = client(server, tmp_path, mode="job")
    server.jobs.blank_histories = 2
    server.jobs.failing_lookups = 2
    assert len(complete(backend, backend.generate(rows_wanted()))) == 5
    assert len(server.posts(FREEFORM)) == 1


def test_jobs_are_found_among_hundreds_of_others(server, tmp_path):
    body = {"model_id": "x", "num_questions": 1, "topics": ["t"], "display_name": "other"}
    for number in range(250):
        name, stamp = server.store.file_name("freeform_data", "x", "test")
        when = stamp if number % 2 else None
        server.store.add_generation(body, timestamp=when, generate_file_name=name)
    backend = client(server, tmp_path, mode="job")
    assert len(complete(backend, backend.generate(rows_wanted()))) == 5
    again = client(server, tmp_path, mode="job")
    assert again.generate(rows_wanted()).note == "recovered"
    assert len(server.posts(FREEFORM)) == 1


def test_a_stopped_job_is_left_alone(server, tmp_path):
    backend = client(server, tmp_path, mode="job")
    server.llm.seconds_per_call = 1000

    def stop():
        while not server.jobs.states:
            time.sleep(0.005)
        (job,) = server.jobs.states
        while server.jobs.states[job] != "ENGINE_RUNNING":
            time.sleep(0.005)
        server.jobs.states[job] = "ENGINE_STOPPED"

    threading.Thread(target=stop, daemon=True).start()
    with pytest.raises(Failed, match="stopped by somebody") as caught:
        backend.generate(rows_wanted())
    assert not caught.value.retryable


def test_jobs_outside_cloudera_ai_say_so(server, tmp_path):
    server.cml = False
    with pytest.raises(Failed, match="Set sds_mode to demo") as caught:
        client(server, tmp_path, mode="job").generate(rows_wanted())
    assert caught.value.fatal


def test_a_request_that_makes_no_sense_is_never_sent(server, tmp_path):
    backend = client(server, tmp_path, mode="job")
    for request in (rows_wanted(rows=0), rows_wanted(text=" "), rows_wanted(model_id="")):
        with pytest.raises(Failed):
            backend.generate(request)
    assert server.posts(FREEFORM) == []
    assert server.jobs.orphans == []


def test_an_evaluation_is_never_beside_a_generation():
    gate, inside, seen = Gate(), [], []

    def work(alone):
        with gate.alone() if alone else gate.together():
            inside.append(alone)
            seen.append(list(inside))
            time.sleep(0.002)
            inside.remove(alone)

    threads = [threading.Thread(target=work, args=(n % 3 == 0,)) for n in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 30
    assert all(state == [True] or True not in state for state in seen)
    assert any(len(state) > 1 for state in seen)
