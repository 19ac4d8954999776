"""LiteLLM's own proxy between a build and a scripted model: `make test-litellm` installs it.

What the proxy answered here is held by tests without it as well (test_generation, test_http).
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import yaml

from fakes.faults import Faults
from fakes.openai_server import FakeOpenAI
from fakes.project import ROOT, build, works
from likeness.llm.core.backend import Failed, GenerationRequest
from likeness.llm.core.journal import Journal

PROXY = ROOT / ".venv" / "litellm" / "bin" / "litellm"
KEY = "sk-of-the-test"
UP_WITHIN = 240  # seconds, of which the proxy's own imports take nearly all
QUIET = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_TELEMETRY": "False",
    "DISABLE_ADMIN_UI": "True",
}

pytestmark = pytest.mark.skipif(not PROXY.is_file(), reason="make test-litellm installs the proxy")


def settings(base_url: str) -> dict:
    """One model behind two names: `scripted`, and `limited` to one call a minute."""
    model = {"model": "openai/fake-model", "api_base": base_url, "api_key": "none"}
    return {
        "model_list": [
            {"model_name": "scripted", "litellm_params": model},
            {"model_name": "limited", "litellm_params": model | {"rpm": 1}},
        ],
        "router_settings": {
            "num_retries": 0,
            "disable_cooldowns": True,
            "optional_pre_call_checks": ["enforce_model_rate_limits"],
        },
        "general_settings": {"master_key": KEY},
    }


@pytest.fixture(scope="module")
def model() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


@pytest.fixture(scope="module")
def proxy(model, tmp_path_factory) -> Iterator[str]:
    """The address of a proxy under way, up to /v1."""
    folder = tmp_path_factory.mktemp("litellm")
    (folder / "config.yaml").write_text(yaml.safe_dump(settings(model.base_url)), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        PROXY,
        "--config",
        folder / "config.yaml",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with open(folder / "log.txt", "w", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | QUIET, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/health/liveliness", process, folder / "log.txt")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait()


def wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    ends = time.monotonic() + UP_WITHIN
    while time.monotonic() < ends:
        assert process.poll() is None, log.read_text(encoding="utf-8")[-3000:]
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.3)
    raise AssertionError(log.read_text(encoding="utf-8")[-3000:])


@pytest.fixture(autouse=True)
def key(monkeypatch, model) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    model.seen.clear()
    model.faults = Faults()


def made(proxy: str, folder: Path, count: int = 3, **changed: object):
    given = {"model_id": "scripted", "timeout": 30.0, "concurrency": 1} | changed
    return build(proxy, folder, works(count), **given)


def test_the_schema_reaches_the_model_and_the_tokens_come_back(proxy, model, tmp_path):
    rows = list(made(proxy, tmp_path).generate())
    assert len(rows) == 15
    assert {seen.form for seen in model.seen} == {"json_schema"}
    entries = list(Journal(tmp_path).answers())
    kept = sorted((entry["tokens_in"], entry["tokens_out"]) for entry in entries)
    assert kept == sorted(seen.tokens for seen in model.seen)
    assert min(kept)[0] > 0


def test_a_busy_model_is_waited_for(proxy, model, tmp_path):
    model.faults = Faults(sequence=["http_429", "http_429"])
    assert len(list(made(proxy, tmp_path, 1, max_retries=0).generate())) == 5
    assert [seen.fault for seen in model.seen] == ["http_429", "http_429", ""]


def test_the_proxys_own_limit_says_when_to_ask_again(proxy, model, tmp_path):
    backend = made(proxy, tmp_path).backend
    request = GenerationRequest("name", 1, works(1)[0].seed_text, 5, 1, 1, "guidelines", "limited")
    backend.generate(request)
    with pytest.raises(Failed) as caught:
        backend.generate(request)
    assert caught.value.busy
    assert 0 < caught.value.retry_after <= 60


def test_an_unknown_model_stops_at_the_first_call(proxy, model, tmp_path):
    build_ = made(proxy, tmp_path, model_id="scriptd")
    with pytest.raises(Exception, match=r"knows no model 'scriptd'.*scripted"):
        list(build_.generate())
    assert model.seen == []


def test_a_wrong_key_stops_before_the_first_call(proxy, model, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another")
    with pytest.raises(Exception, match=r"refused the key.*OPENAI_API_KEY"):
        list(made(proxy, tmp_path).generate())
    assert model.seen == []
