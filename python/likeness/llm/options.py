"""The vars that steer language models, checked once and with their units."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from likeness.llm.backend import DEFAULT_MAX_TOKENS
from likeness.llm.budget import Limits

NO_BASE_URL = (
    "generator or judge openai needs the var base_url: the server's address up to /v1, such as "
    "http://localhost:8000/v1 for vLLM."
)
_LOWEST = {
    "concurrency": 1,
    "max_retries": 0,
    "max_rounds": 1,
    "rows_per_seed": 1,
    "rows_per_request": 1,
    "judge_batch": 1,
    "max_tokens": 1,
    "max_requests": 0,
    "max_cost": 0,
    "price_in": 0,
    "price_out": 0,
    "timeout": 0.001,
    "temperature": 0,
    "judge_temperature": 0,
    "top_p": 0,
    "top_k": 0,
}


@dataclass(frozen=True)
class Options:
    """Vars by their names in dbt_project.yml, where each is explained.

    Prices are per million tokens, `timeout` is in seconds. Raises ValueError, which names the var,
    for a number out of range.
    """

    model_id: str = "meta/llama-3.1-70b-instruct"
    judge_model_id: str | None = None
    base_url: str | None = None
    temperature: float = 1.0
    judge_temperature: float = 0.0
    top_p: float | None = None
    top_k: int | None = None
    max_tokens: int = DEFAULT_MAX_TOKENS
    concurrency: int = 8
    timeout: float = 300.0
    max_retries: int = 5
    first_wait: float = 1.0
    max_rounds: int = 3
    rows_per_seed: int = 5
    rows_per_request: int | None = None
    judge_batch: int = 5
    max_requests: int | None = None
    max_cost: float | None = None
    price_in: float | None = None
    price_out: float | None = None
    journal_dir: str = "journal"
    example_path: str | None = None
    prompt_dir: str = "prompts"
    criteria: tuple[str, ...] = ()

    def __post_init__(self):
        for name, lowest in _LOWEST.items():
            value = getattr(self, name)
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value < lowest:
                raise ValueError(
                    f"The var {name} is {value!r}: a number from {lowest} is expected."
                )

    @classmethod
    def from_vars(cls, given: Mapping[str, Any]) -> "Options":
        """Options from a mapping of vars; nulls and vars of other parts are left out."""
        known = {field.name for field in fields(cls)}
        used = {name: value for name, value in given.items() if name in known and value is not None}
        criteria = used.get("criteria", ())
        used["criteria"] = (criteria,) if isinstance(criteria, str) else tuple(criteria)
        return cls(**used)

    @classmethod
    def problem(cls, given: Mapping[str, Any]) -> str:
        """One sentence about the first of these vars that can't work, or ''."""
        if not {given.get("generator"), given.get("judge")} & {"openai", "sds"}:
            return ""
        try:
            options = cls.from_vars(given)
            _ = options.limits
        except (TypeError, ValueError) as error:
            return str(error)
        if "openai" in (given.get("generator"), given.get("judge")) and not options.base_url:
            return NO_BASE_URL
        path = options.example_path
        if path and not Path(path).is_file():
            return f"var example_path is {path!r}: there is no such file."
        return ""

    @property
    def limits(self) -> Limits:
        """The limits on calls and cost. Raises ValueError if they can't be kept."""
        return Limits(self.max_requests, self.max_cost, self.price_in, self.price_out)

    @property
    def parameters(self) -> dict[str, object]:
        """What goes to the model with every request for rows."""
        return {
            "temperature": self.temperature,
            "top_p": self.top_p,
            "top_k": self.top_k,
            "max_tokens": self.max_tokens,
        }

    @property
    def judge_parameters(self) -> dict[str, object]:
        """What goes to the model with every request for scores."""
        return {"temperature": self.judge_temperature, "max_tokens": self.max_tokens}
