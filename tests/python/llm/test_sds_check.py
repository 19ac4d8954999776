import pytest
from sds_case import ENDPOINT, KEY, MODEL

from fakes.sds_server import FakeSds
from likeness.cli.__main__ import main
from likeness.llm.sds.check import check


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CDSW_APIV2_KEY", KEY)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "server").mkdir()
    return tmp_path / "server"


@pytest.fixture
def server(folder):
    with FakeSds(folder) as fake:
        fake.token = KEY
        yield fake


def variables(server, **values):
    return {"url": server.url, "model_id": MODEL, "caii_endpoint": ENDPOINT} | values


def failures(values):
    return [sentence for status, sentence in check(values) if status == "FAIL"]


def verb(tmp_path, text):
    path = tmp_path / "sds.yml"
    path.write_text(text)
    return main(["sds-check", "--vars", str(path)])


def test_a_server_that_is_ready(server, tmp_path, capsys):
    text = f"url: {server.url}/synthesis/freeform\nmodel_id: {MODEL}\ncaii_endpoint: {ENDPOINT}\n"
    assert verb(tmp_path, text) == 0
    printed = capsys.readouterr().out
    assert "FAIL" not in printed
    assert KEY not in printed
    assert f"Synthetic Data Studio answers at {server.url}." in printed
    assert "up to 40 rows in one call" in printed
    assert server.llm.calls == []
    assert all(seen.authorization == f"Bearer {KEY}" for seen in server.seen)


def test_project_vars_stand_behind_those_of_the_file(server, tmp_path, capsys):
    (tmp_path / "dbt_project.yml").write_text(f"vars:\n  model_id: {MODEL}\n  sds_mode: job\n")
    assert verb(tmp_path, f"url: {server.url}\ncaii_endpoint: {ENDPOINT}\n") == 0
    assert "Mode job" in capsys.readouterr().out


def test_settings_that_are_none(tmp_path, folder, capsys):
    assert verb(tmp_path, "- a\n- list\n") == 1
    assert "name: value" in capsys.readouterr().out
    assert verb(tmp_path, "") == 1
    assert "var url is not set" in capsys.readouterr().out


def test_a_wrong_key(server):
    server.token = "another"
    (sentence,) = failures(variables(server))
    assert "CDSW_APIV2_KEY" in sentence


def test_a_page(server):
    server.front = lambda seen: "html"
    (sentence,) = failures(variables(server))
    assert "web page" in sentence


def test_no_server_there(folder):
    with FakeSds(folder) as fake:
        values = variables(fake)
    (sentence,) = failures(values)
    assert "Is the Synthetic Data Studio application running" in sentence


def test_another_application(server):
    server.answer = lambda seen, query: (200, {"paths": {}, "usecases": [{"id": "x"}]})
    (sentence,) = failures(variables(server))
    assert "not as Synthetic Data Studio does" in sentence


def test_a_release_that_is_too_old(server):
    answer = server.answer

    def older(seen, query):
        return (200, {"paths": {}}) if seen.path == "/openapi.json" else answer(seen, query)

    server.answer = older
    (sentence,) = failures(variables(server))
    assert "too old" in sentence


def test_a_history_that_cannot_be_read(server):
    server.jobs.failing_lookups = 1
    (sentence,) = failures(variables(server))
    assert "404" in sentence


def test_no_model(server):
    assert failures(variables(server, model_id=None)) == [
        "The var model_id is not set: name the model to ask."
    ]


def test_bedrock_without_credentials(server):
    lines = list(check(variables(server, inference_type="aws_bedrock", caii_endpoint=None)))
    assert ("warn", "The server lists no models of AWS Bedrock: has it AWS credentials?") in lines


def test_no_key(server, monkeypatch):
    monkeypatch.delenv("CDSW_APIV2_KEY")
    server.token = None
    lines = list(check(variables(server)))
    assert lines[0][0] == "warn"
    assert all(status != "FAIL" for status, _ in lines)


def test_a_second_server_for_evaluation(server, tmp_path):
    (tmp_path / "second").mkdir()
    with FakeSds(tmp_path / "second") as second:
        second.token = "another"
        (sentence,) = failures(variables(server, url_eval=second.url))
    assert second.url in sentence


def test_a_folder_that_both_see(server, tmp_path):
    values = variables(server, sds_workspace=str(tmp_path))
    before = set(tmp_path.iterdir())
    assert failures(values) == []
    assert set(tmp_path.iterdir()) == before


def test_a_folder_that_only_one_sees(server, tmp_path):
    server.store.path = lambda name: server.store.folder / "elsewhere" / "x"
    (sentence,) = failures(variables(server, sds_workspace=str(tmp_path)))
    assert "doesn't see it there" in sentence


def test_a_folder_that_is_not_there_is_reported_and_not_made(server, tmp_path):
    (tmp_path / "file").write_text("")
    for missing in (tmp_path / "none", tmp_path / "file", tmp_path / "file" / "x"):
        (sentence,) = failures(variables(server, sds_workspace=str(missing)))
        assert f"sds_workspace {missing} does not exist here" in sentence
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("caii", "CAII"), ("AWS_Bedrock", "aws_bedrock"), ("openai-compatible", "")],
)
def test_an_inference_type_that_is_none_is_named_with_the_nearest(server, wrong, right):
    (sentence,) = failures(variables(server, inference_type=wrong))
    assert f"var inference_type is {wrong!r}: it must be one of CAII, aws_bedrock" in sentence
    assert sentence.endswith(f"did you mean {right or 'openai_compatible'}?")


def test_jobs_run_one_by_one_unless_asked_otherwise(server):
    lines = dict(reversed(line) for line in check(variables(server, sds_mode="job")))
    (said,) = (line for line in lines if line.startswith("Mode job"))
    assert lines[said] == "ok"
    assert "1 at a time" in said
    several = check(variables(server, sds_mode="job", concurrency=4))
    assert any(
        status == "warn" and "cost Synthetic Data Studio its database" in said
        for status, said in several
    )
