"""Evaluation as the real server does it: from a file, in completion order, all or nothing."""

from concurrent.futures import ThreadPoolExecutor, as_completed

from fakes.sds_llm import LlmError
from fakes.sds_store import json_text
from fakes.sds_synthesis import check_endpoint, complete, failed, parsed

UNREADABLE = "The evaluated row did not generate valid score and justification"
NOTHING = "Failed to parse model response"
TRAPPED = ("lending_data", "credit_card_data", "ticketing_dataset")


def _evaluate_row(server, body: dict, row: object) -> dict:
    prompt = f"{body.get('custom_prompt') or ' '}\n{row!r}\nExamples: {body.get('examples')!r}"
    items = parsed(complete(server, body, "judge", repr(row), 1, prompt))
    verdict = items[0] if items else None
    if not verdict:
        evaluation = {"score": 0, "justification": NOTHING}
    elif "score" not in verdict or "justification" not in verdict:
        evaluation = {"score": 0, "justification": UNREADABLE}
    else:
        evaluation = {key: verdict[key] for key in ("score", "justification")}
    return {"row": row, "evaluation": evaluation}


def evaluate(server, body: dict) -> dict:
    """Judge every row of the file: `result`, and name and time of the file it went into.

    Raises LlmError if one call failed, and what the real server raises for a file it can't read
    (OSError, ValueError, TypeError) or a score it can't add (TypeError).
    """
    rows = server.store.read(body["import_path"])
    rows = rows if isinstance(rows, list) else [rows]
    with ThreadPoolExecutor(body.get("max_workers", 4)) as pool:
        tasks = [pool.submit(_evaluate_row, server, body, row) for row in rows]
        done = [task.result() for task in as_completed(tasks)]
    scores = [item["evaluation"]["score"] for item in done]
    average = round(sum(scores) / len(scores), 2) if scores else 0
    result = {
        "average_score": average,
        "min_score": min(scores, default=0),
        "max_score": max(scores, default=0),
        "evaluated_rows": done,
        "failed_rows": [],
        "total_evaluated": len(done),
        "total_failed": 0,
        "Overall_Average": average,
    }
    name, time = server.store.file_name("row_data", body["model_id"], "evaluated")
    server.store.write(name, result)
    return {"result": result, "name": name, "time": time}


def demo(server, body: dict) -> dict:
    """POST /synthesis/evaluate_freeform with is_demo: the body of the 200. Raises Refused."""
    check_endpoint(body)
    if body.get("import_path") is None:
        raise failed(400, "expected str, bytes or os.PathLike object, not NoneType")
    try:
        made = evaluate(server, body)
    except LlmError as error:
        raise failed(500, error) from None
    except FileNotFoundError:
        text = f"[Errno 2] No such file or directory: '{body['import_path']}'"
        raise failed(400, text) from None
    except (OSError, TypeError, ValueError) as error:
        raise failed(400, error) from None
    if body.get("examples") is None and body["use_case"] in TRAPPED:
        raise failed(400, "'NoneType' object is not iterable")
    server.store.add_evaluation(
        body,
        timestamp=made["time"],
        evaluate_file_name=made["name"],
        local_export_path=made["name"],
        average_score=made["result"]["average_score"],
    )
    body = {"status": "completed", "result": made["result"], "output_path": made["name"]}
    try:
        json_text(body)
    except ValueError as error:
        raise failed(500, "Out of range float values are not JSON compliant") from error
    return body
