"""What the fake Synthetic Data Studio keeps: result files in its folder, and two histories."""

import itertools
import json
import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

FAMILIES = ("claude", "llama", "mistral", "qwen")
HISTORY_COLUMNS = (
    "id",
    "timestamp",
    "display_name",
    "generate_file_name",
    "model_id",
    "num_questions",
    "total_count",
    "use_case",
    "job_status",
    "local_export_path",
    "hf_export_path",
    "completed_rows",
)
EVALUATION_COLUMNS = (
    "id",
    "timestamp",
    "model_id",
    "inference_type",
    "caii_endpoint",
    "use_case",
    "model_parameters",
    "generate_file_name",
    "evaluate_file_name",
    "display_name",
    "local_export_path",
    "examples",
    "average_score",
    "job_id",
    "job_name",
    "job_status",
    "job_creator_name",
)
DEFAULT_PARAMETERS = {
    "temperature": 0.0,
    "top_p": 1.0,
    "min_p": 0.0,
    "top_k": 150,
    "max_tokens": 8192,
}


def model_name(model_id: str) -> str:
    """The model's part of a file name: its family, else the last part of its id."""
    for family in FAMILIES:
        if family in model_id.lower():
            return family
    return model_id.rsplit("/", 1)[-1].rsplit(".", 1)[-1]


def json_text(payload: object) -> str:
    """`payload` as the server answers it; raises ValueError for NaN, in the server's words."""
    return json.dumps(payload, allow_nan=False)


class Store:
    """Files and histories; every method may be called from any thread."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.generations: list[dict] = []
        self.evaluations: list[dict] = []
        self.lock = threading.RLock()
        self._ids = itertools.count(1)
        self._last = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """The time, never the same millisecond twice (file names are made of it)."""
        with self.lock:
            self._last = max(datetime.now(UTC), self._last + timedelta(milliseconds=1))
            return self._last

    def file_name(self, kind: str, model_id: str, end: str) -> tuple[str, str]:
        """A new file name such as freeform_data_<model>_<time>_test.json, and its time."""
        time = self.now()
        stamp = time.strftime("%Y%m%dT%H%M%S") + f"{time.microsecond // 1000:03d}"
        return f"{kind}_{model_name(model_id)}_{stamp}_{end}.json", time.isoformat()

    def path(self, name: str) -> Path:
        """Where the server finds `name`: absolute, or in the folder that it was started in."""
        return self.folder / name

    def write(self, name: str, content: object) -> None:
        """Write as the server does: NaN stays bare NaN, which is no JSON."""
        self.path(name).write_text(json.dumps(content, indent=2), encoding="utf-8")

    def read(self, name: str) -> object:
        return json.loads(self.path(name).read_text(encoding="utf-8"))

    def files(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}

    def add_generation(self, body: dict, **values) -> dict:
        """A history row; raises ValueError where its file name is taken, as UNIQUE does."""
        count = body["num_questions"]
        row = {
            "timestamp": None,
            "technique": body.get("technique", "sft"),
            "model_id": body["model_id"],
            "inference_type": body.get("inference_type", "aws_bedrock"),
            "caii_endpoint": body.get("caii_endpoint"),
            "use_case": body.get("use_case", "custom"),
            "model_parameters": {**DEFAULT_PARAMETERS, **(body.get("model_params") or {})},
            "input_key": "Prompt",
            "output_key": "Prompt",
            "output_value": "Completion",
            "generate_file_name": None,
            "display_name": body.get("display_name"),
            "local_export_path": None,
            "hf_export_path": None,
            "s3_export_path": None,
            "num_questions": float(count),
            "total_count": float(count * len(body["topics"])),
            "topics": body["topics"],
            "examples": body.get("example_custom"),
            "schema": None,
            "doc_paths": None,
            "input_path": None,
            "job_id": None,
            "job_name": None,
            "job_status": None,
            "job_creator_name": None,
            "completed_rows": None,
            **values,
        }
        with self.lock:
            self.check_unique(row["generate_file_name"])
            self.generations.append({"id": next(self._ids), **row})
            return self.generations[-1]

    def check_unique(self, name: str | None) -> None:
        if name is not None and any(r["generate_file_name"] == name for r in self.generations):
            raise ValueError("UNIQUE constraint failed: generation_metadata.generate_file_name")

    def add_evaluation(self, body: dict, **values) -> dict:
        source = Path(body["import_path"]).name
        row = {
            "timestamp": None,
            "model_id": body["model_id"],
            "inference_type": body.get("inference_type", "aws_bedrock"),
            "caii_endpoint": body.get("caii_endpoint"),
            "use_case": body["use_case"],
            "model_parameters": {**DEFAULT_PARAMETERS, **(body.get("model_params") or {})},
            "generate_file_name": source,
            "evaluate_file_name": None,
            "display_name": body.get("display_name") or source,
            "local_export_path": None,
            "examples": [{**e, "score": float(e["score"])} for e in body.get("examples") or []],
            "average_score": None,
            "job_id": None,
            "job_name": None,
            "job_status": None,
            "job_creator_name": None,
            **values,
        }
        with self.lock:
            self.evaluations.append({"id": next(self._ids), **row})
            return self.evaluations[-1]

    def page(self, kind: str, page: int, size: int, empty: bool = False) -> dict:
        """One page of a history: newest first, rows without a time (pending, failed) last."""
        columns = HISTORY_COLUMNS if kind == "generations" else EVALUATION_COLUMNS
        with self.lock:
            rows = [] if empty else getattr(self, kind)
            timed = sorted((r for r in rows if r["timestamp"]), key=_newest_first, reverse=True)
            rows = [*timed, *(row for row in rows if not row["timestamp"])]
            data = [{c: row[c] for c in columns} for row in rows[(page - 1) * size : page * size]]
        return {
            "data": data,
            "pagination": {
                "total": len(rows),
                "page": page,
                "page_size": size,
                "total_pages": (len(rows) + size - 1) // size,
            },
        }

    def forget(self, kind: str, row: dict) -> None:
        """Lose a row, as the real server does when an older copy of its database is put back."""
        with self.lock:
            getattr(self, kind).remove(row)

    def named(self, kind: str, pattern: str) -> list[dict]:
        """History rows whose display name matches, for tests."""
        with self.lock:
            rows = getattr(self, kind)
            return [row for row in rows if re.search(pattern, row["display_name"] or "")]


def _newest_first(row: dict) -> str:
    return row["timestamp"]
