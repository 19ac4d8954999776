"""The vars that steer language models."""

from typing import Literal

from likeness.schema.part import Part, Text, setting

DAY = 86_400
MOST_CALLS = 1_000_000_000


class LanguageModels(Part):
    """language models (generator or judge openai or sds; keys come from the environment only)"""

    rows_per_seed: int = setting(
        5, "rows asked from an LLM per seed", unit="rows", rows=True, ge=1, le=1000
    )
    example_path: Text | None = setting(
        "data/example_loans.json",
        "rows that show a model the format; none may be a source row",
        rows=True,
        llm=True,
    )
    criteria: list[Text] | Text = setting(
        [],
        "sentences of your own for a model that judges",
        rows=True,
        llm=True,
        shape="a list of sentences",
    )
    prompt_dir: Text = setting(
        "prompts",
        "texts that a model reads in place of likeness/llm/prompts",
        rows=True,
        llm=True,
    )
    max_failed_share: float = setting(
        0.1,
        "share of seeds that may fail before the build does, at its end",
        llm=True,
        ge=0,
        le=1,
    )
    base_url: Text | None = setting(None, "openai: the server's address up to /v1", llm=True)
    model_id: Text = setting(
        "meta/llama-3.1-70b-instruct", "the model that writes rows", rows=True, llm=True
    )
    judge_model_id: Text | None = setting(None, "null: the same model", rows=True, llm=True)
    temperature: float = setting(
        1.0,
        "0 for the likeliest answer, higher for more varied ones",
        rows=True,
        ge=0,
        le=10,
        llm=True,
    )
    judge_temperature: float = setting(
        0.0, "the same for a model that judges", rows=True, ge=0, le=10, llm=True
    )
    top_p: float | None = setting(
        None, "null: the server's default", rows=True, ge=0, le=1, llm=True
    )
    top_k: int | None = setting(
        None, "null: the server's default", rows=True, ge=0, le=1_000_000, llm=True
    )
    max_tokens: int = setting(
        4096,
        "most tokens of one answer; five rows take about 2,000",
        unit="tokens",
        rows=True,
        ge=1,
        le=10_000_000,
        llm=True,
    )
    rows_per_request: int | None = setting(
        None,
        "null: rows_per_seed (openai), or what ends before a time-out (sds)",
        unit="rows",
        rows=True,
        ge=1,
        le=1000,
        llm=True,
    )
    judge_batch: int = setting(
        5,
        "rows that an openai judge sees at a time",
        unit="rows",
        rows=True,
        ge=1,
        le=1000,
        llm=True,
    )
    concurrency: int | None = setting(
        None,
        "calls at a time; null: 8, or 1 where sds_mode is job",
        unit="calls",
        ge=1,
        le=10000,
        llm=True,
    )
    timeout: float = setting(
        300, "seconds for one call", unit="seconds", ge=0.001, le=DAY, llm=True
    )
    max_retries: int = setting(
        5, "repeats of a failed call, after growing waits", unit="calls", ge=0, le=1000, llm=True
    )
    max_wait: float = setting(
        900,
        "seconds that a call waits for a server that answers 429",
        unit="seconds",
        ge=0,
        le=DAY,
        llm=True,
    )
    max_rounds: int = setting(
        3,
        "times that a seed is asked for its shortfall, in a build and by make build",
        rows=True,
        ge=1,
        le=1000,
        llm=True,
    )
    max_requests: int | None = setting(
        None,
        "calls for this source, earlier builds included",
        unit="calls",
        rows=True,
        ge=0,
        le=MOST_CALLS,
        llm=True,
    )
    max_cost: float | None = setting(
        None,
        "what they may cost; needs the prices",
        unit="the currency of the prices",
        rows=True,
        ge=0,
        llm=True,
    )
    price_in: float | None = setting(
        None, "price of a million tokens sent", unit="any currency", rows=True, ge=0, llm=True
    )
    price_out: float | None = setting(
        None, "price of a million tokens received", unit="any currency", rows=True, ge=0, llm=True
    )
    journal_dir: Text = setting("journal", "where paid answers are kept", llm=True)
    url: Text | None = setting(None, "sds: the application's address", llm=True)
    url_eval: Text | None = setting(None, "sds: null: the same as url", llm=True)
    inference_type: Text = setting(
        "CAII",
        "sds: CAII, aws_bedrock, openai_compatible, openai or gemini",
        rows=True,
        llm=True,
    )
    caii_endpoint: Text | None = setting(None, "sds: the address of a model endpoint", llm=True)
    sds_mode: Literal["demo", "job"] = setting(
        "demo", "demo waits for each answer, job runs as a job of the platform", rows=True, llm=True
    )
    sds_workspace: Text | None = setting(
        None, "a folder that this project and the server both see", llm=True
    )
    sds_max_workers: int | None = setting(
        None,
        "judge calls at a time; null here and below: the backend's defaults",
        unit="calls",
        ge=1,
        le=100,
        llm=True,
    )
    sds_seconds_per_call: float | None = setting(
        None,
        "what one model call takes: it sizes requests",
        unit="seconds",
        ge=0,
        le=7 * DAY,
        llm=True,
    )
    sds_seconds_per_judgement: float | None = setting(
        None,
        "what judging one row takes: it sizes evaluations",
        unit="seconds",
        ge=0,
        le=7 * DAY,
        llm=True,
    )
    sds_poll_seconds: float | None = setting(
        None, "pause between two looks at a job", unit="seconds", ge=0, le=7 * DAY, llm=True
    )
    sds_recover_seconds: float | None = setting(
        None, "how long lost work is looked for", unit="seconds", ge=0, le=7 * DAY, llm=True
    )
    sds_job_seconds: float | None = setting(
        None, "how long a job is followed", unit="seconds", ge=0, le=7 * DAY, llm=True
    )
