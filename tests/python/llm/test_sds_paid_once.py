"""A call that was sent is asked for again only when it surely never began or has ended."""

import threading
import time

import pytest
from sds_case import NAMES, client, rows_wanted

from fakes.sds_server import FakeSds, Seen
from likeness.llm.core import parse
from likeness.llm.core.backend import Failed
from likeness.llm.sds.history import display_name
from likeness.llm.sds.posted import Posted

FREEFORM = "/synthesis/freeform"


@pytest.fixture
def server(tmp_path):
    folder = tmp_path / "server"
    folder.mkdir()
    with FakeSds(folder) as fake:
        yield fake


@pytest.fixture(params=["demo", "job"])
def mode(request):
    return request.param


def rows_of(backend, answer):
    return sum(parse.complete(item, NAMES) for item in backend.rows(answer.raw))


def left_open(backend):
    """Ask for a call that is known to be open; the sentence of its failure."""
    with pytest.raises(Failed, match="stays open") as caught:
        backend.generate(rows_wanted())
    assert not caught.value.retryable
    return caught.value.sentence


def test_an_answer_that_never_reached_the_journal_is_found_behind_empty_histories(
    server, tmp_path, mode
):
    first = client(server, tmp_path, mode=mode)
    first.generate(rows_wanted())
    # Killed here: the answer is in no journal. Ending jobs blank the history meanwhile.
    server.jobs.blank_reads = 20
    second = client(server, tmp_path, mode=mode)
    answer = second.generate(rows_wanted())
    assert (answer.note, rows_of(second, answer)) == ("recovered", 5)
    assert len(server.posts(FREEFORM)) == 1


def test_a_note_goes_when_the_answer_is_safe_and_not_before(server, tmp_path, mode):
    notes = Posted(tmp_path / "sds")
    name = display_name(rows_wanted().fingerprint)
    backend = client(server, tmp_path, mode=mode)
    backend.generate(rows_wanted())
    assert notes.sent(name) is not None
    backend.kept(rows_wanted())
    assert notes.sent(name) is None


def test_a_history_that_lost_everything_lets_nothing_be_paid_again(server, tmp_path, mode):
    client(server, tmp_path, mode=mode).generate(rows_wanted())
    server.store.generations.clear()
    backend = client(server, tmp_path, mode=mode, recover_seconds=0.05)
    with pytest.raises(Failed, match=r"lists nothing .* it listed 1"):
        backend.generate(rows_wanted("another seed"))
    with pytest.raises(Failed, match="lists nothing"):
        backend.generate(rows_wanted())
    assert len(server.posts(FREEFORM)) == 1


def test_rows_that_people_delete_do_not_stop_a_build(server, tmp_path, mode):
    first = client(server, tmp_path, mode=mode)
    for text in ("one", "two", "three"):
        first.generate(rows_wanted(text))
        first.kept(rows_wanted(text))
    server.store.forget("generations", server.store.generations[0])
    backend = client(server, tmp_path, mode=mode)
    assert rows_of(backend, backend.generate(rows_wanted("four"))) == 5


@pytest.mark.parametrize("builds", [1, 3])
def test_a_job_that_was_taken_on_and_is_not_listed_stays_open(server, tmp_path, builds):
    client(server, tmp_path, mode="job").generate(rows_wanted("another seed"))
    server.jobs.unlisted = True
    for _ in range(builds):
        sentence = left_open(client(server, tmp_path, mode="job", recover_seconds=0.02))
        assert display_name(rows_wanted().fingerprint) in sentence
    assert len(server.posts(FREEFORM)) == 2


def test_a_job_that_started_though_its_request_failed_stays_open(server, tmp_path):
    server.jobs.failing_starts = 1
    backend = client(server, tmp_path, mode="job", recover_seconds=0.02)
    with pytest.raises(Failed, match="stays open") as caught:
        backend.generate(rows_wanted())
    assert not caught.value.retryable
    left_open(client(server, tmp_path, mode="job", recover_seconds=0.02))
    assert len(server.posts(FREEFORM)) == 1


def test_a_job_is_waited_for_however_old_its_note_is(server, tmp_path):
    server.llm.seconds_per_call = 600.0
    request = rows_wanted()
    name = display_name(request.fingerprint)
    Posted(tmp_path / "sds", clock=lambda: time.time() - 1e6).add(name, name + "-dead")
    body = {
        "model_id": "stub",
        "topics": [request.seed_text],
        "num_questions": 5,
        "is_demo": False,
        "display_name": name + "-dead",
    }
    server.jobs.blank_reads = 5
    Posted(tmp_path / "sds").remember(server.url, "generations", 1)
    server.answer(Seen("POST", FREEFORM, body, None), {})
    backend = client(server, tmp_path, mode="job")
    assert rows_of(backend, backend.generate(request)) == 5
    assert len(server.llm.calls) == 1


def test_an_unknown_state_is_no_end(server, tmp_path):
    backend = client(server, tmp_path, mode="job", job_seconds=0.05)
    refresh = server.jobs.refresh

    def stopping(kind):
        refresh(kind)
        for row in server.store.generations:
            row["job_status"] = "ENGINE_STOPPING"

    server.jobs.refresh = stopping
    with pytest.raises(Failed, match="next build takes its rows in"):
        backend.generate(rows_wanted())
    server.jobs.refresh = refresh
    assert rows_of(backend, backend.generate(rows_wanted())) == 5
    assert len(server.posts(FREEFORM)) == 1


def test_a_job_whose_request_never_arrived_is_asked_for_as_soon_as_the_history_shows_it(
    server, tmp_path
):
    name = display_name(rows_wanted().fingerprint)
    Posted(tmp_path / "sds").add(name, name + "-0000")
    backend = client(server, tmp_path, mode="job", recover_seconds=0.0)
    assert rows_of(backend, backend.generate(rows_wanted())) == 5


def test_requests_are_taken_in_the_order_in_which_they_came(server, tmp_path):
    """The fake, as the real server's event loop: a history shows every job sent before it."""
    held = threading.Event()
    start = server.jobs.start

    def slowly(body, generating):
        held.wait()
        return start(body, generating)

    server.jobs.start = slowly
    backend = client(server, tmp_path, mode="job")
    asking = threading.Thread(target=backend.generate, args=(rows_wanted(),))
    asking.start()
    while not server.posts(FREEFORM):
        time.sleep(0.002)
    before = len(server.seen)
    looking = client(server, tmp_path, mode="job")
    rows = []
    looker = threading.Thread(
        target=lambda: rows.extend(
            looking._generator.history.rows(
                display_name(rows_wanted().fingerprint), time.monotonic()
            )
        )
    )
    looker.start()
    while server.turns.queued() < 2:
        time.sleep(0.002)
    assert len(server.seen) == before
    held.set()
    looker.join()
    asking.join()
    assert len(rows) == 1
