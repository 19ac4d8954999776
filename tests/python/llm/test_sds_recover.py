"""Work that the server finished, or will, is found again instead of being paid for twice."""

import threading
import time

import pytest
from sds_case import KEY, NAMES, client, rows_wanted

from fakes.sds_server import FakeSds, Seen
from likeness.llm.core import parse
from likeness.llm.core.backend import Failed
from likeness.llm.sds.history import display_name
from likeness.llm.sds.posted import Posted

FREEFORM = "/synthesis/freeform"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CDSW_APIV2_KEY", KEY)
    (tmp_path / "server").mkdir()
    return tmp_path / "server"


@pytest.fixture
def server(folder):
    with FakeSds(folder) as fake:
        yield fake


@pytest.fixture(params=["demo", "job"])
def mode(request):
    return request.param


def rows_of(backend, answer):
    return sum(parse.complete(item, NAMES) for item in backend.rows(answer.raw))


def once(server, fault, path=FREEFORM):
    """Let `fault` happen to the first request for `path`."""
    left = [fault]
    server.front = lambda seen: left.pop() if left and seen.path == path else None


def test_after_a_504_the_work_is_waited_for(folder, tmp_path):
    with FakeSds(folder, scale=0.002, limit_scale=0.002) as server:
        server.llm.seconds_per_call = 170.0
        backend = client(server, tmp_path)
        request = rows_wanted(rows=10)
        with pytest.raises(Failed, match="timed out after 300") as caught:
            backend.generate(request)
        assert caught.value.transport
        server.llm.seconds_per_call = 0.0
        answer = backend.recover(request)
        assert rows_of(backend, answer) == 10
        assert answer.note == "recovered"
        assert len(server.llm.calls) == 2


@pytest.mark.parametrize("fault", ["drop_after", "504"])
def test_a_broken_connection_costs_nothing_twice(server, tmp_path, fault, mode):
    if fault == "504":
        # The proxy gives up, the server behind it doesn't.
        def front(seen):
            if seen.path != FREEFORM:
                return None
            server.front = lambda seen: None
            threading.Thread(target=server.answer, args=(seen, {}), daemon=True).start()
            return "504"

        server.front = front
    else:
        once(server, fault)
    backend = client(server, tmp_path, mode=mode)
    with pytest.raises(Failed) as caught:
        backend.generate(rows_wanted())
    assert caught.value.transport
    answer = backend.recover(rows_wanted())
    assert rows_of(backend, answer) == 5
    assert len(server.llm.calls) == 1


def test_work_that_never_began_is_asked_again(server, tmp_path, mode):
    once(server, "drop")
    backend = client(server, tmp_path, mode=mode, recover_seconds=0.2)
    with pytest.raises(Failed) as caught:
        backend.generate(rows_wanted())
    assert caught.value.transport
    assert caught.value.retryable
    assert backend.recover(rows_wanted()) is None
    assert rows_of(backend, backend.generate(rows_wanted())) == 5
    assert len(server.llm.calls) == 1


def test_work_that_ended_without_rows_is_not_waited_for(server, tmp_path):
    once(server, "drop_after")
    backend = client(server, tmp_path, recover_seconds=600.0)
    request = rows_wanted("[[mode=null]] seed")
    with pytest.raises(Failed, match="broke"):
        backend.generate(request)
    assert backend.recover(request) is None


def test_the_next_build_finds_what_the_last_one_was_given(server, tmp_path, mode):
    first = client(server, tmp_path, mode=mode)
    answer = first.generate(rows_wanted())
    second = client(server, tmp_path, mode=mode)
    again = second.generate(rows_wanted())
    assert again.note == "recovered"
    assert second.rows(again.raw) == first.rows(answer.raw)
    assert len(server.posts(FREEFORM)) == 1


def test_the_next_build_waits_for_what_still_runs(server, tmp_path, mode):
    server.llm.seconds_per_call = 300.0
    request = rows_wanted()
    name = display_name(request.fingerprint)
    body = {
        "model_id": "stub",
        "topics": [request.seed_text],
        "num_questions": 5,
        "is_demo": mode == "demo",
        "display_name": name + "-dead",
    }
    # What a build leaves that was killed while it waited.
    Posted(tmp_path / "sds").add(name, name + "-dead")
    killed = Seen("POST", FREEFORM, body, None)
    threading.Thread(target=server.answer, args=(killed, {}), daemon=True).start()
    while not server.llm.calls:
        time.sleep(0.005)
    backend = client(server, tmp_path, mode=mode)
    answer = backend.generate(request)
    assert rows_of(backend, answer) == 5
    assert len(server.llm.calls) == 1


def test_a_build_that_died_before_it_sent_anything_is_waited_for_once(server, tmp_path):
    name = display_name(rows_wanted().fingerprint)
    notes = Posted(tmp_path / "sds")
    notes.add(name, name + "-0000")
    backend = client(server, tmp_path, recover_seconds=0.1)
    assert rows_of(backend, backend.generate(rows_wanted())) == 5
    assert notes.sent(name).own != name + "-0000"


def test_a_note_that_a_kill_left_half_written_is_old_news(tmp_path):
    notes = Posted(tmp_path)
    (tmp_path / "likeness-1").write_text('{"own": "li')
    sent = notes.sent("likeness-1")
    assert (sent.own, sent.taken) == ("", False)
    assert sent.age >= 0.0
    notes.drop("likeness-1")
    assert notes.sent("likeness-1") is None


def test_a_result_whose_file_is_gone_is_asked_for_again(server, folder, tmp_path):
    client(server, tmp_path).generate(rows_wanted())
    for path in folder.glob("freeform_data_*"):
        path.unlink()
    backend = client(server, tmp_path)
    assert rows_of(backend, backend.generate(rows_wanted())) == 5
    assert len(server.llm.calls) == 2


def test_nan_in_a_file_is_read_past_the_server_where_the_folder_is_shared(server, folder, tmp_path):
    request = rows_wanted("[[mode=nan]] seed")
    with pytest.raises(Failed, match="sds_workspace") as caught:
        client(server, tmp_path, mode="job").generate(request)
    assert not caught.value.retryable
    backend = client(server, tmp_path, mode="job", workspace=str(folder))
    answer = backend.generate(request)
    assert rows_of(backend, answer) == 5
    assert {item["dti"] for item in backend.rows(answer.raw)} == {"NaN"}
    assert len(server.posts(FREEFORM)) == 1


def test_a_seed_of_ones_own_name_is_no_reason_to_lose_rows(server, tmp_path):
    request = rows_wanted("[[mode=topickey]] seed")
    client(server, tmp_path).generate(request)
    backend = client(server, tmp_path)
    answer = backend.generate(request)
    assert answer.note == "recovered"
    assert rows_of(backend, answer) == 5
    assert not any("Seeds" in item or "Topic" in item for item in backend.rows(answer.raw))


def test_a_job_that_takes_too_long_is_left_to_the_next_build(server, tmp_path):
    server.llm.seconds_per_call = 300.0
    backend = client(server, tmp_path, mode="job", job_seconds=0.05)
    with pytest.raises(Failed, match="next build takes its rows in") as caught:
        backend.generate(rows_wanted())
    assert not caught.value.retryable
    backend = client(server, tmp_path, mode="job")
    assert rows_of(backend, backend.generate(rows_wanted())) == 5
    assert len(server.posts(FREEFORM)) == 1
