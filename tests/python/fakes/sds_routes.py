"""The fake Synthetic Data Studio's small routes: histories, files, health, and the web page."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from fakes.sds_schema import USE_CASES, evaluation_errors, generation_errors, page_errors
from fakes.sds_synthesis import Refused, failed

SHOWN = 20
DESCRIBED = ("/synthesis/freeform", "/synthesis/evaluate_freeform", "/json/get_seeds_list")


@dataclass(frozen=True)
class Page:
    """An answer of type text/html."""

    text: str


def read(server, path: str, query: dict[str, str], index: str) -> object:
    """A GET's answer; what no route knows is the web page, with 200. Raises Refused."""
    folder, _, name = path.strip("/").partition("/")
    if folder in ("generations", "evaluations") and name == "history":
        return _history(server, folder, query)
    if folder in ("generations", "evaluations") and name:
        return _row(server, folder, name)
    if folder == "dataset_details" and name:
        return _details(server, name)
    answers = {
        "/use-cases": lambda: {"usecases": [{"id": id_, "name": id_} for id_ in USE_CASES]},
        "/health": _health,
        "/openapi.json": lambda: {
            "openapi": "3.1.0",
            "info": {"title": "LLM Data Synthesis API", "version": "1.0.0"},
            "paths": {route: {} for route in DESCRIBED},
        },
        "/model/model_ID": lambda: {
            "models": {"aws_bedrock": [], "CAII": [], "OpenAI": [], "Google Gemini": []}
        },
    }
    return answers[path]() if path in answers else Page(index)


def post(server, path: str, body: dict) -> object:
    """A POST's answer, evaluation and demo synthesis apart. Raises Refused."""
    if path == "/synthesis/freeform":
        return server.jobs.start(body, generating=True)
    if path in ("/json/get_seeds_list", "/json/get_content"):
        rows = _read(server, body.get("path"))
        return {"data": rows if path.endswith("list") else rows[:SHOWN]}
    if path == "/json/dataset_size":
        return {"dataset_size": sum(len(_read(server, p)) for p in body["input_path"])}
    raise Refused(405, {"detail": "Method Not Allowed"})


def invalid(path: str, body: dict) -> Refused | None:
    """The 422 of a body that the server's models don't take."""
    checks = {
        "/synthesis/freeform": generation_errors,
        "/synthesis/evaluate_freeform": evaluation_errors,
    }
    errors = checks[path](body) if path in checks else []
    return Refused(422, {"detail": errors}) if errors else None


def _history(server, kind: str, query: dict[str, str]) -> dict:
    errors = page_errors(query)
    if errors:
        raise Refused(422, {"detail": errors})
    server.jobs.refresh(kind)
    page, size = int(query.get("page", 1)), int(query.get("page_size", 10))
    return server.store.page(kind, page, size, empty=server.jobs.blank())


def _row(server, kind: str, name: str) -> dict:
    column = "generate_file_name" if kind == "generations" else "evaluate_file_name"
    for row in getattr(server.store, kind):
        if row[column] == name:
            return row
    raise Refused(404, {"detail": f"No {kind[:-1]} found with filename: {name}"})


def _details(server, name: str) -> object:
    try:
        content = server.store.read(name)
    except (OSError, ValueError) as error:
        raise failed(500, error) from None
    return {"evaluation": content} if "evaluated" in name else None


def _read(server, path: object) -> list:
    if not path:
        raise failed(400, "path missing")
    try:
        return server.store.read(path)
    except OSError:
        raise failed(404, "file not found") from None
    except json.JSONDecodeError as error:
        raise failed(400, f"Invalid JSON in {path}: {error}") from None


def _health() -> dict:
    return {
        "status": "unhealthy",
        "error": "An error occurred (404) when calling the InvokeModel operation: ",
        "timestamp": datetime.now(UTC).replace(tzinfo=None).isoformat(),
        "service": "SynthesisLegacyService",
        "aws_region": "us-west-2",
    }
