import json

import pytest
from sds_case import KEY, client, rows_wanted

from fakes.sds_server import FakeSds
from likeness.llm.core.backend import Failed
from likeness.llm.sds import errors
from likeness.llm.sds.backend import NOTES
from likeness.llm.sds.http import SdsHttp
from likeness.llm.sds.posted import Posted
from likeness.llm.sds.settings import SdsSettings, from_vars

FREEFORM = "/synthesis/freeform"


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv("CDSW_APIV2_KEY", KEY)
    with FakeSds(tmp_path) as fake:
        yield fake


def failure(call, *arguments):
    with pytest.raises(Failed) as caught:
        call(*arguments)
    assert KEY not in caught.value.sentence
    assert len(caught.value.sentence) < 500
    return caught.value


ENDPOINT_ERRORS = [
    (401, "No CDP_TOKEN env-var and no /tmp/jwt file", "Set CDP_TOKEN in the environment of the"),
    (403, "Token is valid but has no access to this environment", "Set CDP_TOKEN in the"),
    (404, "CAII endpoint or resource not found", "Check the var caii_endpoint"),
]


@pytest.mark.parametrize(("status", "detail", "advice"), ENDPOINT_ERRORS)
@pytest.mark.parametrize("route", ["/synthesis/freeform", "/synthesis/evaluate_freeform"])
def test_what_the_model_endpoint_refuses_is_not_blamed_on_our_key(
    server, status, detail, advice, route
):
    server.answer = lambda seen, query: (status, {"detail": detail})
    caught = failure(SdsHttp(server.url, KEY).post, route, {})
    assert caught.fatal
    assert detail in caught.sentence
    assert advice in caught.sentence
    assert "set CDSW_APIV2_KEY" not in caught.sentence
    assert "Check the var url" not in caught.sentence


def test_a_404_of_the_framework_is_still_the_address(server):
    server.answer = lambda seen, query: (404, {"detail": "Not Found"})
    caught = failure(SdsHttp(server.url, KEY).post, FREEFORM, {})
    assert "Check the var url" in caught.sentence


FATAL_WORDS = [
    ("OpenAI Compatible request failed: Error code: 401 - {}", "OpenAI_Endpoint_Compatible_Key in"),
    ("CAII request failed: Error code: 403 - {}", "CDP_TOKEN in the environment"),
    ("OpenAI request failed: Error code: 401 - {}", "OPENAI_API_KEY in the environment"),
    (
        "OpenAI Compatible request failed: The api_key client option must be set either by passing "
        "api_key to the client or by setting the OPENAI_API_KEY environment variable",
        "set OpenAI_Endpoint_Compatible_Key in the environment",
    ),
    ("Failed after 2 retries: Unable to locate credentials", "Set AWS_ACCESS_KEY_ID and AWS_SEC"),
    (
        "Bedrock API error: An error occurred (ExpiredTokenException) when calling the Converse "
        "operation: The security token included in the request is expired",
        "Set AWS_ACCESS_KEY_ID",
    ),
    (
        "An error occurred (ValidationException) when calling the Converse operation: The provided "
        "model identifier is invalid.",
        "AWS Bedrock doesn't give this model",
    ),
    (
        "OpenAI Compatible request failed: Error code: 400 - {'error': {'message': \"/chat/"
        'completions: Invalid model name passed in model=x. Call `/v1/models`"}}',
        "knows no such model",
    ),
    ("OpenAI Compatible request failed: Error code: 404 - {}", "knows no such model"),
    ("(sqlite3.OperationalError) no such table: generation_metadata", "Set concurrency to 1"),
]


@pytest.mark.parametrize(("words", "advice"), FATAL_WORDS)
def test_what_no_other_call_can_mend_stops_everything_with_advice(server, words, advice):
    server.answer = lambda seen, query: (500, {"status": "failed", "error": words})
    caught = failure(SdsHttp(server.url, KEY).post, FREEFORM, {})
    assert caught.fatal
    assert advice in caught.sentence


@pytest.mark.parametrize(
    "words", ["Error code: 429 - {}", "An error occurred (ThrottlingException): Too many requests"]
)
def test_a_model_that_is_busy_is_no_failure(server, words):
    server.answer = lambda seen, query: (400, {"status": "failed", "error": words})
    caught = failure(SdsHttp(server.url, KEY).post, FREEFORM, {})
    assert (caught.busy, caught.retryable, caught.fatal) == (True, True, False)


def test_a_job_whose_server_lost_its_database_stays_open(server, tmp_path):
    answer = server.answer

    def lost(seen, query):
        if seen.path == FREEFORM:
            return 500, {"status": "failed", "error": "no such table: generation_metadata"}
        return answer(seen, query)

    server.answer = lost
    backend = client(server, tmp_path, mode="job")
    assert failure(backend.generate, rows_wanted()).fatal
    (sent,) = Posted(tmp_path / NOTES).open().values()
    assert sent.taken


@pytest.mark.parametrize("login", [False, True])
def test_a_wrong_key_stops_everything(server, tmp_path, login):
    server.token, server.login = "another", login
    caught = failure(client(server, tmp_path).generate, rows_wanted())
    assert caught.fatal
    assert "CDSW_APIV2_KEY" in caught.sentence


def test_no_key_is_sent_where_there_is_none(server, tmp_path, monkeypatch):
    monkeypatch.delenv("CDSW_APIV2_KEY")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password secret\n")
    client(server, tmp_path).generate(rows_wanted())
    assert {seen.authorization for seen in server.seen} == {None}


def test_a_page_instead_of_json(server, tmp_path):
    server.front = lambda seen: "html"
    caught = failure(client(server, tmp_path).generate, rows_wanted())
    assert (caught.down, caught.transport, caught.fatal) == (True, False, False)
    assert "web page" in caught.sentence


@pytest.mark.parametrize(("status", "under_way"), [("502", True), ("503", False), ("504", True)])
def test_a_proxy_that_gives_up(server, tmp_path, status, under_way):
    server.front = lambda seen: status if seen.path == FREEFORM else None
    caught = failure(client(server, tmp_path).generate, rows_wanted())
    assert (caught.transport, caught.retryable, caught.down) == (under_way, True, True)
    assert status in caught.sentence


def test_an_address_that_moved(server):
    server.front = lambda seen: "https"
    caught = failure(SdsHttp(server.url).get, "/generations/history?page=1&page_size=100")
    assert caught.fatal
    assert "sends everybody on to https://sds.example.org: set the var url" in caught.sentence


def test_a_server_that_is_not_there(tmp_path):
    with FakeSds(tmp_path) as fake:
        url = fake.url
    caught = failure(SdsHttp(url).get, "/use-cases")
    assert (caught.down, caught.retryable, caught.transport) == (True, True, False)
    assert url in caught.sentence


def test_a_refused_request_is_not_echoed(server, tmp_path):
    request = rows_wanted("a seed that stays here", parameters={"temperature": 3})
    caught = failure(client(server, tmp_path).generate, request)
    assert "model_params.temperature: Input should be less than or equal to 2" in caught.sentence
    assert "a seed that stays here" not in caught.sentence
    assert caught.fatal


def test_a_server_that_repeats_the_key_is_not_quoted_with_it(server):
    http = SdsHttp(server.url, KEY)
    server.answer = lambda seen, query: (400, {"status": "failed", "error": f"no {KEY} here"})
    caught = failure(http.post, FREEFORM, {})
    assert "***" in caught.sentence


@pytest.mark.parametrize(
    ("settings", "part"),
    [
        ({"inference_type": "nonsense"}, "inference_type"),
        ({"inference_type": "CAII", "caii_endpoint": "http://127.0.0.1:9/v1"}, "caii_endpoint"),
        (
            {"inference_type": "openai_compatible", "caii_endpoint": "http://127.0.0.1:9/v1"},
            "caii_endpoint",
        ),
    ],
)
def test_a_model_that_cannot_be_reached(server, tmp_path, settings, part):
    caught = failure(client(server, tmp_path, **settings).generate, rows_wanted())
    assert part in caught.sentence


def test_a_route_that_is_not_there(server):
    caught = failure(SdsHttp(server.url).post, "/synthesis/other", {})
    assert caught.fatal
    assert "405" in caught.sentence


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"status": "failed", "error": "out of luck"}, "out of luck"),
        ({"detail": "out of luck"}, "out of luck"),
        ({"detail": [{"loc": ["body", "a", 0], "msg": "no", "input": "x"}]}, "a.0: no"),
        ({"detail": [{}, 7]}, "body: not accepted"),
        ({"message": "Unauthorized"}, "Unauthorized"),
        ({"error": {"not": "text"}}, ""),
        ([1], ""),
    ],
)
def test_every_shape_of_error_has_its_words(body, words):
    assert errors.message(json.dumps(body)) == words


def test_words_that_are_no_json_are_none():
    assert errors.message("<html>") == ""


def test_long_words_are_cut_where_they_say_least():
    assert errors.quoted("a" * 500) == "a" * 197 + "..."
    assert errors.quoted("ModelHandlerError for topic " + "t" * 500 + " end").endswith(" end")


def test_the_routes_of_the_original_vars_are_taken_off_the_address():
    for url in (
        "https://sds.example.org",
        "https://sds.example.org/",
        "https://sds.example.org/synthesis/freeform",
        "https://sds.example.org/synthesis/evaluate_freeform/",
    ):
        assert SdsHttp(url).url == "https://sds.example.org"


@pytest.mark.parametrize("url", ["", "sds.example.org", "ftp://sds.example.org", "https://"])
def test_what_is_no_address_is_said_so(url):
    with pytest.raises(ValueError, match="the address of the Synthetic Data Studio"):
        SdsHttp(url)


def test_requests_are_sized_below_the_servers_patience():
    assert SdsSettings("u").rows_per_request == 40
    assert SdsSettings("u", seconds_per_call=100).rows_per_request == 10
    assert SdsSettings("u", seconds_per_call=500).rows_per_request == 5
    assert SdsSettings("u").judge_batch == 24
    assert SdsSettings("u", seconds_per_judgement=60, max_workers=3).judge_batch == 3
    assert SdsSettings("u").workers(12) == 4
    assert SdsSettings("u").workers(100) == 16


@pytest.mark.parametrize(
    ("variables", "part"),
    [
        ({}, "var url is not set"),
        ({"url": "https://s", "sds_mode": "fast"}, "one of demo, job"),
        ({"url": "https://s"}, "caii_endpoint"),
        ({"url": "https://s", "inference_type": "openai_compatible"}, "caii_endpoint"),
        (
            {"url": "https://s", "inference_type": "aws_bedrock", "sds_poll_seconds": "x"},
            "sds_poll_seconds is 'x': it must be a number",
        ),
    ],
)
def test_vars_that_cannot_work_are_named(variables, part):
    with pytest.raises(ValueError, match=part):
        from_vars(variables)


def test_calls_at_a_time_by_mode():
    given = {"url": "https://s", "inference_type": "aws_bedrock"}
    assert from_vars(given).parallel == 8
    assert from_vars(given | {"sds_mode": "job"}).parallel == 1
    assert from_vars(given | {"sds_mode": "job", "concurrency": 3}).parallel == 3


def test_vars_become_settings():
    settings = from_vars(
        {
            "url": "https://s",
            "inference_type": "aws_bedrock",
            "sds_mode": "job",
            "concurrency": 3,
            "sds_seconds_per_call": 12,
            "sds_workspace": None,
        }
    )
    assert (settings.mode, settings.parallel, settings.seconds_per_call) == ("job", 3, 12.0)
    assert settings.workspace == ""
