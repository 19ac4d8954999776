"""The vars that steer language models, checked once and with their units."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError, field_validator

from likeness.llm.core.budget import Limits
from likeness.llm.core.prompts import FOLDER
from likeness.schema.language_models import LanguageModels
from likeness.schema.sentences import is_nullable, may_be, wrong

NO_BASE_URL = (
    "generator or judge openai needs the var base_url: the server's address up to /v1, such as "
    "http://localhost:8000/v1 for vLLM."
)


class Options(LanguageModels):
    """The vars of `LanguageModels`; prices are per million tokens, times are in seconds.

    `first_wait` is the wait before the first repeat of a failed call.
    """

    first_wait: float = 1.0

    @field_validator("criteria")
    @classmethod
    def _listed(cls, criteria: list[str] | str) -> list[str]:
        return [criteria] if isinstance(criteria, str) else criteria

    @classmethod
    def from_vars(cls, given: Mapping[str, Any]) -> "Options":
        """Options from a mapping of vars; vars of other parts are left out.

        Raises ValueError, one sentence, for the first that is not what it may be.
        """
        used = {
            name: given[name]
            for name, field in cls.model_fields.items()
            if name in given and (given[name] is not None or is_nullable(field))
        }
        try:
            return cls(**used)
        except ValidationError as error:
            name = error.errors(include_url=False)[0]["loc"][0]
            sentence = wrong(name, used[name], may_be(cls.model_fields[name]))
            raise ValueError(sentence) from None

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
        folder = options.prompt_dir
        if folder != FOLDER and not Path(folder).is_dir():
            return f"var prompt_dir is {folder!r}: there is no such folder."
        path = options.example_path
        if path and not Path(path).is_file():
            return f"var example_path is {path!r}: there is no such file."
        return ""

    @property
    def limits(self) -> Limits:
        """The limits on calls and cost. Raises ValueError if they can't be kept."""
        return Limits(self.max_requests, self.max_cost, self.price_in, self.price_out)

    @property
    def models(self) -> tuple[str, ...]:
        """The models that are asked: for rows, and for scores if that is another one."""
        return tuple(dict.fromkeys((self.model_id, self.judge_model_id or self.model_id)))

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
