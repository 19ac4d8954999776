"""What goes wrong on the wire is one sentence each, without the key."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from fakes.faults import Faults
from fakes.openai_server import FakeOpenAI
from fakes.project import FIELDS, ROOT, build, works
from likeness.llm.core.backend import Failed
from likeness.llm.core.http import Http, Reply
from likeness.llm.core.prompts import Prompts
from likeness.llm.core.runner import ServerDown
from likeness.llm.openai import OpenAI

SECRET = "sk-secret-77"


def http(base: str, key: str | None = SECRET) -> Http:
    return Http(base, key=key, timeout=1.0, advice="Is it running?")


def failure(base: str) -> Failed:
    with pytest.raises(Failed) as failed:
        http(base).send("POST", "/chat/completions", {"a": 1})
    assert SECRET not in str(failed.value)
    return failed.value


@pytest.mark.parametrize(
    ("base", "said", "kind"),
    [
        ("http://127.0.0.1:9/v1", "refuses connections", "down"),
        ("http://no-such-host.invalid/v1", "cannot be resolved", "down"),
        ("localhost:8000/v1", "is no usable address", "fatal"),
        ("http://", "is no usable address", "fatal"),
    ],
)
def test_addresses_that_do_not_work(base, said, kind):
    failed = failure(base)
    assert said in failed.sentence
    assert getattr(failed, kind)


@pytest.mark.parametrize("fault", ["disconnect", "cut_body", "slow"])
def test_broken_connections_may_have_left_an_answer(fault):
    with FakeOpenAI(Faults(sequence=[fault])) as server:
        failed = failure(server.base_url)
    assert failed.retryable
    assert failed.transport
    assert not failed.down


@pytest.mark.parametrize("key", ["sk-1\nX-Evil: 1", "sk 1", "clé"])
def test_a_key_that_no_header_holds_is_refused_without_being_shown(key):
    with pytest.raises(ValueError, match="The key in the environment") as refused:
        http("http://localhost", key)
    assert key not in str(refused.value)


def test_an_address_with_a_password_is_refused():
    with pytest.raises(ValueError, match="no user name and no password") as refused:
        http("http://me:hush@localhost/v1")
    assert "hush" not in str(refused.value)


def test_blanks_around_a_key_are_no_part_of_it():
    with FakeOpenAI(key=SECRET) as server:
        assert http(server.base_url, f" {SECRET}\n").send("GET", "/models").status == 200


@pytest.mark.parametrize(
    ("given", "low", "high"),
    [
        ("3", 3, 3),
        ("0.5", 0.5, 0.5),
        ("-1", 0, 0),
        (timedelta(seconds=600), 500, 600),
        (timedelta(seconds=-60), 0, 0),
    ],
)
def test_retry_after_is_seconds_or_a_date(given, low, high):
    if isinstance(given, timedelta):
        given = format_datetime(datetime.now(UTC) + given, usegmt=True)
    assert low <= Reply(429, {"retry-after": given}, "").retry_after <= high


@pytest.mark.parametrize("given", ["", "soon", "99999999999999999999 Foo"])
def test_a_retry_after_that_says_nothing_is_none(given):
    assert Reply(429, {"retry-after": given}, "").retry_after is None


def test_a_proxy_says_under_a_name_of_its_own_when_to_ask_again():
    assert Reply(429, {"llm_provider-retry-after": "60"}, "").retry_after == 60
    both = {"retry-after": "5", "llm_provider-retry-after": "60"}
    assert Reply(429, both, "").retry_after == 5


def test_an_unknown_model_stops_at_once(tmp_path):
    with FakeOpenAI(Faults(rates={"http_404": 1.0})) as server:
        with pytest.raises(ServerDown, match="knows no model 'fake-model'"):
            list(build(server.base_url, tmp_path, works(20), concurrency=1).generate())
        assert len(server.seen) == 1


@pytest.mark.parametrize("fault", ["http_404", "http_400_model"])
def test_a_model_that_the_server_does_not_list_is_named_with_what_it_lists(tmp_path, fault):
    with FakeOpenAI(Faults(rates={fault: 1.0}), models=("fake-modem", "other")) as server:
        made = build(server.base_url, tmp_path, works(20), concurrency=1)
        with pytest.raises(ServerDown, match="Set the var model_id") as down:
            list(made.generate())
        assert len(server.seen) == 1
    listed = "It lists no model 'fake-model' (it lists fake-modem, other; did you mean fake-modem?)"
    assert listed in str(down.value)
    assert listed in made.said.getvalue()


def test_a_server_may_serve_under_a_name_that_it_does_not_list(tmp_path):
    with FakeOpenAI(models=("llama.gguf",)) as server:
        made = build(server.base_url, tmp_path, works(2))
        assert len(list(made.generate())) == 10
    assert "It lists no model 'fake-model'" in made.said.getvalue()


def test_a_refused_prompt_is_no_unknown_model(tmp_path):
    with FakeOpenAI(Faults(rates={"http_400_length": 1.0})) as server:
        made = build(server.base_url, tmp_path, works(2))
        list(made.generate())
    assert len(server.seen) == 2
    assert "maximum context length" in made.said.getvalue()


def test_a_redirect_is_not_followed(tmp_path):
    with FakeOpenAI(Faults(rates={"redirect": 1.0})) as server:
        made = build(server.base_url, tmp_path, works(1), max_retries=0)
        list(made.generate())
        assert "a web page (status 302)" in made.said.getvalue()


def test_a_repr_shows_no_key(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    backend = OpenAI("http://localhost/v1", Prompts(FIELDS, [], folder=ROOT / "prompts"))
    assert SECRET not in repr(backend) + repr(vars(backend))
