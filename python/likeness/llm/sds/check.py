"""`make sds-check`: is Synthetic Data Studio there, does it let us in, will a build get through?

Nothing here reaches a language model, so nothing costs anything.
"""

import argparse
import json
import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from likeness.llm.core.backend import Failed
from likeness.llm.sds.backend import is_studio
from likeness.llm.sds.evaluate import no_workspace
from likeness.llm.sds.http import KEY_VARIABLE, SdsHttp, parsed
from likeness.llm.sds.settings import WITH_ENDPOINT, SdsSettings, from_vars
from likeness.schema.given import read_vars
from likeness.warehouse import atomic_files

OK, WARN, FAIL = "ok", "warn", "FAIL"
ROUTES = ("/synthesis/freeform", "/synthesis/evaluate_freeform", "/json/get_seeds_list")
Line = tuple[str, str]


def add_sds_check(subparsers: argparse._SubParsersAction) -> None:
    """Add the verb `sds-check`."""
    verb = subparsers.add_parser("sds-check", help=__doc__.partition("\n")[0])
    verb.add_argument("--vars", metavar="FILE", help="settings as for dbt, such as runs/sds.yml")
    verb.add_argument("--project", default="dbt_project.yml", help=argparse.SUPPRESS)
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print one sentence per check; 0 if none failed, else 1."""
    try:
        variables = read_vars(arguments.project, arguments.vars)
    except (OSError, ValueError) as error:
        print(f"{FAIL:<5} {error}")
        return 1
    failed = False
    for status, sentence in check(variables):
        print(f"{status:<5} {sentence}", flush=True)
        failed = failed or status == FAIL
    return int(failed)


def check(variables: Mapping[str, object]) -> Iterator[Line]:
    """(status, sentence) of each check, in an order in which the first failure says most."""
    try:
        settings = from_vars(variables)
        http = SdsHttp(settings.url, os.environ.get(KEY_VARIABLE))
        judging = SdsHttp(settings.url_eval or settings.url, os.environ.get(KEY_VARIABLE))
    except ValueError as error:
        yield FAIL, str(error)
        return
    yield _key()
    for server in (http, judging) if judging.url != http.url else (http,):
        line = _attempt(lambda server=server: is_studio(server))
        yield line
        if line[0] == FAIL:
            return
    yield _attempt(lambda: _routes(http))
    yield _attempt(lambda: _history(http))
    yield from _model(http, settings, variables)
    yield _mode(settings)
    yield _workspace(judging, settings)


def _attempt(action: Callable[[], str]) -> Line:
    try:
        return OK, action()
    except Failed as failure:
        return FAIL, failure.sentence


def _key() -> Line:
    if os.environ.get(KEY_VARIABLE):
        return OK, f"{KEY_VARIABLE} is set and sent as Bearer."
    return WARN, f"{KEY_VARIABLE} is not set: no key is sent. Cloudera AI wants one."


def _routes(http: SdsHttp) -> str:
    described = parsed(http.get("/openapi.json"), "/openapi.json")
    paths = described.get("paths") if isinstance(described, dict) else None
    missing = [route for route in ROUTES if route not in (paths or {})]
    if missing:
        raise Failed(
            f"{http.url} describes itself without {missing[0]}: a release of Synthetic Data Studio "
            "that is too old, or another application."
        )
    return "It has the routes for generation, evaluation and fetching rows."


def _history(http: SdsHttp) -> str:
    path = "/generations/history?page=1&page_size=1"
    body = parsed(http.get(path), path)
    counts = body.get("pagination") if isinstance(body, dict) else None
    if not isinstance(counts, dict):
        raise Failed("Its history of generations can't be read; lost work could not be found.")
    return f"Its history can be read ({counts.get('total', 0)} generations so far)."


def _model(http: SdsHttp, settings: SdsSettings, variables: Mapping[str, object]) -> Iterator[Line]:
    model = variables.get("model_id")
    if not model:
        yield FAIL, "The var model_id is not set: name the model to ask."
        return
    place = settings.inference_type
    if place in WITH_ENDPOINT:
        place += f" at {settings.caii_endpoint}"
    yield OK, f"Model {model} on {place} (not called by this check; the server's key is its own)."
    if settings.inference_type != "aws_bedrock":
        return
    try:
        listed = parsed(http.get("/model/model_ID"), "/model/model_ID")
        known = listed["models"]["aws_bedrock"]
    except (Failed, KeyError, TypeError):
        known = []
    if not known:
        yield WARN, "The server lists no models of AWS Bedrock: has it AWS credentials?"
    elif str(model) not in json.dumps(known):
        yield WARN, f"{model} is not among the {len(known)} Bedrock models that the server lists."


def _mode(settings: SdsSettings) -> Line:
    rows = settings.rows_per_request
    if settings.mode == "demo":
        return OK, f"Mode demo: up to {rows} rows in one call, {settings.parallel} calls at a time."
    said = (
        f"Mode job: up to {rows} rows in one Cloudera AI job, {settings.parallel} at a time; each "
        "takes 2 CPU and 4 GB, and starts only inside Cloudera AI."
    )
    if settings.parallel == 1:
        return OK, said
    return WARN, (
        f"{said} Jobs that end at the same time can cost Synthetic Data Studio its database: "
        "leave the var concurrency unset."
    )


def _workspace(http: SdsHttp, settings: SdsSettings) -> Line:
    """Whether the server reads what is written to the workspace, tried with a file of one row."""
    if not settings.workspace:
        return OK, (
            "No sds_workspace: judge sds can judge what this server generated itself, and no other "
            "rows."
        )
    if not Path(settings.workspace).is_dir():
        return FAIL, no_workspace(settings.workspace)
    probe = Path(settings.workspace) / f"likeness-check-{uuid.uuid4().hex[:8]}.json"
    try:
        atomic_files.write_text(probe, '[{"likeness": "check"}]')
    except OSError as error:
        return FAIL, f"sds_workspace {settings.workspace} can't be written to ({error.strerror})."
    try:
        text = http.post("/json/get_seeds_list", {"path": str(probe)})
        seen = '"likeness"' in text
    except Failed as failure:
        if failure.retryable or failure.fatal:
            return FAIL, failure.sentence
        seen = False
    finally:
        probe.unlink(missing_ok=True)
    if seen:
        return OK, f"The server reads what is written to sds_workspace {settings.workspace}."
    return FAIL, (
        f"sds_workspace {settings.workspace} can be written to, but the server doesn't see it "
        "there. Give a folder that both see under the same path, or leave it unset."
    )
