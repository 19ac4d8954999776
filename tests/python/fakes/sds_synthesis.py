"""Generation as the real server does it: batches of five, fallbacks, what it keeps and loses."""

import json
import math
import random
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from fakes.sds_llm import LlmError
from fakes.sds_schema import INFERENCE_TYPES

BATCH = 5
UNREACHABLE = ":9/"
TITLES = ("id", "name", "title", "question", "prompt", "key")


class Refused(Exception):
    """The request ends with this status and body."""

    def __init__(self, status: int, body: dict):
        super().__init__(str(body))
        self.status, self.body = status, body


def failed(status: int, error: object) -> Refused:
    return Refused(status, {"status": "failed", "error": str(error)})


def check_endpoint(body: dict) -> None:
    """What CAII alone finds out before it starts: no endpoint, or none that answers."""
    if body.get("inference_type") != "CAII":
        return
    endpoint = body.get("caii_endpoint")
    if not endpoint:
        raise Refused(400, {"detail": "CAII endpoint must be provided."})
    if UNREACHABLE in endpoint + "/":
        raise Refused(503, {"detail": f"The CAII endpoint {endpoint} could not be reached."})


def complete(server, body: dict, kind: str, text: str, asked: int, prompt: str) -> str | None:
    """One completion through the server's model handler; LlmError with the handler's words."""
    inference = body.get("inference_type", "aws_bedrock")
    endpoint = body.get("caii_endpoint") or ""
    if inference not in INFERENCE_TYPES:
        raise LlmError(f"Unsupported inference type: {inference}")
    if inference == "openai_compatible" and not endpoint:
        raise LlmError("OpenAI compatible endpoint is required")
    if UNREACHABLE in endpoint + "/":
        server.clock.sleep(1.4)
        raise LlmError("OpenAI Compatible request failed: Connection error.")
    return server.llm.complete(kind, body["model_id"], text, asked, prompt)


def parsed(raw: str | None) -> list:
    """A completion as the server reads it: text that is no JSON becomes one row of text."""
    if raw is None:
        return []
    fenced = re.search(r"```json\s*(.*?)```", raw, re.DOTALL)
    text = fenced.group(1) if fenced else raw
    opening, closing = "[]" if "[" in text else "{}"
    start, end = text.find(opening), text.rfind(closing)
    if 0 <= start < end:
        try:
            value = json.loads(text[start : end + 1])
        except ValueError:
            return [{"text": raw}]
        return value if isinstance(value, list) else [value]
    return [{"text": raw}]


def examples_of(server, body: dict) -> list:
    """The examples that reach the prompt: a file's dates are mangled, a missing file is nothing."""
    path = body.get("example_path")
    if not path:
        return body.get("example_custom") or []
    if not server.store.path(path).exists():
        return []
    rows = server.store.read(path)
    if len(rows) > 10:
        rows = random.Random(42).sample(rows, 10)
    return [{key: _mangled(value) for key, value in row.items()} for row in rows]


def _mangled(value: object) -> object:
    try:
        return datetime.strptime(value, "%b-%Y").isoformat()
    except (TypeError, ValueError):
        return value


def _prompt(body: dict, topic: str, asked: int, known: list[str], examples: list) -> str:
    parts = [
        f"Create {asked} records about <topic>{topic}</topic>.",
        f"<instructions>{body.get('custom_prompt') or ' '}</instructions>",
        f"Already created: {' | '.join(known[-100:])}" if known else "",
        "Answer with a JSON array.",
        f"Examples: {json.dumps(examples)}",
    ]
    return "\n".join(part for part in parts if part)


def _title(row: dict) -> str:
    texts = {key: value for key, value in row.items() if isinstance(value, str) and value}
    key = next((key for key in TITLES if key in texts), next(iter(texts), None))
    return f"{key} : {texts[key]}" if key else ""


def _topic(server, body: dict, topic: str, examples: list) -> tuple[list[dict], list[str]]:
    rows: list[dict] = []
    errors: list[str] = []
    left = body["num_questions"]

    def ask(asked: int) -> list:
        prompt = _prompt(body, topic, asked, [_title(row) for row in rows], examples)
        return parsed(complete(server, body, "generate", topic, asked, prompt))

    for _ in range(0, body["num_questions"], BATCH):
        if left <= 0:
            break
        size = min(BATCH, left)
        try:
            items = ask(size)
            good = [item for item in items if isinstance(item, dict)]
            rows += good
            left -= len(good)
            for _ in range(size - len(good) if items else 0):
                single = ask(size)
                if single and single[0] and isinstance(single[0], dict):
                    rows.append(single[0])
                    left -= 1
                else:
                    errors.append(f"Invalid item structure in single processing for topic {topic}")
        except LlmError as error:
            raise LlmError(
                f"ModelHandlerError in batch processing for topic {topic}: {error}"
            ) from None
    return rows, errors


def synthesise(server, body: dict, end: str) -> dict:
    """Generate for every topic and write the file; the rest is the caller's.

    Returns name, time, rows by topic (of equal topics the last one's), errors, row count. Raises
    LlmError if one topic failed: what the others gave is in a file whose name is not sent.
    """
    examples = examples_of(server, body)
    failure: LlmError | None = None
    results: dict[str, list] = {}
    lines, errors = [], []
    with ThreadPoolExecutor(body.get("max_concurrent_topics", 5)) as pool:
        tasks = [
            (topic, pool.submit(_topic, server, body, topic, examples)) for topic in body["topics"]
        ]
        for topic, task in tasks:
            try:
                rows, problems = task.result()
            except LlmError as error:
                failure = failure or error
                continue
            errors += problems
            if rows:
                results[topic] = rows
                lines += [{"Seeds": topic, **row} for row in rows]
    with server.loop:
        name, time = server.store.file_name("freeform_data", body["model_id"], end)
        if lines:
            server.store.write(name, lines)
    if failure:
        raise failure
    return {"name": name, "time": time, "results": results, "errors": errors, "rows": len(lines)}


def demo(server, body: dict) -> dict:
    """POST /synthesis/freeform with is_demo: the body of the 200. Raises Refused."""
    check_endpoint(body)
    if not body.get("topics"):
        raise failed(400, "Invalid input: No topics provided")
    body = {"num_questions": 1, **body}
    if body["num_questions"] is None:
        raise failed(400, "'NoneType' object cannot be interpreted as an integer")
    try:
        made = synthesise(server, body, "test")
    except LlmError as error:
        raise failed(400, error) from None
    server.store.add_generation(
        body,
        timestamp=made["time"],
        generate_file_name=made["name"],
        local_export_path=made["name"],
        completed_rows=made["rows"],
    )
    return {
        "status": "completed" if made["results"] else "failed",
        "results": without_nan(made["results"]),
        "errors": made["errors"] or None,
        "export_path": {"local": made["name"]},
    }


def without_nan(value: object) -> object:
    """`value` with NaN and infinity as null, all the way down."""
    if isinstance(value, dict):
        return {key: without_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_nan(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
