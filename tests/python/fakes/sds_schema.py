"""Request bodies as the real server's models check them: 422 with the input echoed back."""

USE_CASES = (
    "code_generation",
    "text2sql",
    "custom",
    "lending_data",
    "credit_card_data",
    "ticketing_dataset",
)
INFERENCE_TYPES = (
    "aws_bedrock",
    "CAII",
    "openai",
    "openai_compatible",
    "gemini",
)
ENUM = "Input should be 'code_generation', 'text2sql', 'custom', 'lending_data', " + (
    "'credit_card_data' or 'ticketing_dataset'"
)


def _error(kind: str, loc: tuple, message: str, value: object, ctx: dict | None = None) -> dict:
    error = {"type": kind, "loc": ["body", *loc], "msg": message, "input": value}
    if ctx:
        error["ctx"] = ctx
    return {**error, "url": f"https://errors.pydantic.dev/2.10/v/{kind}"}


def _range(loc: tuple, value: object, low=None, high=None, above=None) -> list[dict]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return [_error("float_type", loc, "Input should be a valid number", value)]
    if above is not None and value <= above:
        message = f"Input should be greater than {above}"
        return [_error("greater_than", loc, message, value, {"gt": above})]
    if low is not None and value < low:
        message = f"Input should be greater than or equal to {low}"
        return [_error("greater_than_equal", loc, message, value, {"ge": low})]
    if high is not None and value > high:
        message = f"Input should be less than or equal to {high}"
        return [_error("less_than_equal", loc, message, value, {"le": high})]
    return []


def _common(body: dict, required: tuple[str, ...]) -> list[dict]:
    errors = [
        _error("missing", (name,), "Field required", body) for name in required if name not in body
    ]
    use_case = body.get("use_case", "custom")
    if use_case not in USE_CASES:
        errors.append(_error("enum", ("use_case",), ENUM, use_case, {"expected": ENUM[16:]}))
    parameters = body.get("model_params") or {}
    for name, low, high in (("temperature", 0, 2), ("top_p", 0, 1), ("top_k", 0, None)):
        if name in parameters:
            errors += _range(("model_params", name), parameters[name], low, high)
    return errors


def _strings(name: str, values: object) -> list[dict]:
    if values is None:
        return []
    if not isinstance(values, list):
        return [_error("list_type", (name,), "Input should be a valid list", values)]
    return [
        _error("string_type", (name, i), "Input should be a valid string", value)
        for i, value in enumerate(values)
        if not isinstance(value, str)
    ]


def generation_errors(body: dict) -> list[dict]:
    """What the server finds wrong with a body for /synthesis/freeform; empty if nothing."""
    errors = _common(body, ("model_id",))
    if body.get("num_questions", 1) is not None:
        errors += _range(("num_questions",), body.get("num_questions", 1), above=0)
    errors += _range(("max_concurrent_topics",), body.get("max_concurrent_topics", 5), 1, 100)
    return errors + _strings("topics", body.get("topics"))


def evaluation_errors(body: dict) -> list[dict]:
    """What the server finds wrong with a body for /synthesis/evaluate_freeform."""
    errors = _common(body, ("use_case", "model_id"))
    errors += _range(("max_workers",), body.get("max_workers", 4), 1, 100)
    for i, example in enumerate(body.get("examples") or []):
        if isinstance(example.get("score"), int | float):
            continue
        errors.append(
            _error(
                "float_parsing",
                ("examples", i, "score"),
                "Input should be a valid number, unable to parse string as a number",
                example.get("score"),
            )
        )
    return errors


def page_errors(query: dict[str, str]) -> list[dict]:
    """What the server finds wrong with a history's page and page_size."""
    errors = []
    for name, default, high in (("page", "1", None), ("page_size", "10", 100)):
        for error in _range((), int(query.get(name, default)), 1, high):
            errors.append({**error, "loc": ["query", name], "input": query[name]})
    return errors
