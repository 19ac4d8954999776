"""What every group of vars is made of: one line a var, with all that is known of it."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

# A var whose default belongs to the table; dbt_project.yml gives it.
OF_TABLE: Any = ...

Text = Annotated[str, Field(pattern=r"\S")]
Columns = list[Text]
Prefix = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,39}$")]


def setting(
    default: Any,
    meaning: str,
    *,
    unit: str = "",
    rows: bool = False,
    llm: bool = False,
    of: str = "",
    shape: str = "",
    **limits: Any,
) -> Any:
    """A var with its default, and what is known of it.

    `rows` says whether it changes which rows come out, `llm` whether only a language model asks for
    it. `of` says what its texts name: a key of `schema.check.WORDS`. `shape` says
    what a mapping looks like. `limits` are those of `pydantic.Field`.
    """
    extra: dict[str, Any] = {"unit": unit, "rows": rows, "llm": llm, "of": of, "shape": shape}
    return Field(default, description=meaning, json_schema_extra=extra, **limits)


def about(field: FieldInfo) -> dict[str, Any]:
    """What `setting` was given about a var: unit, rows, llm, of, shape."""
    extra = field.json_schema_extra
    return extra if isinstance(extra, dict) else {}


class Part(BaseModel):
    """Some of the vars, as YAML gives them: no text is taken for a number."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)
