"""Which offline engine a build uses: any module with the functions `fit` and `draw`."""

from importlib import import_module
from types import ModuleType

import pandas as pd

from likeness.stats import compiled
from likeness.warehouse import packing

OWN = "likeness.synthesizer"


def load(name: str) -> ModuleType:
    """The module that var `engine` names; ValueError says what it lacks (docs/engines.md)."""
    try:
        module = import_module(name)
    except ModuleNotFoundError as error:
        raise ValueError(
            f"var engine: there is no Python module {name} ({error}); put it into the folder "
            f"python/ or install it into .venv, or set {OWN}."
        ) from error
    except Exception as error:
        raise ValueError(
            f"var engine: module {name} cannot be imported ({type(error).__name__}: {error})."
        ) from error
    lacking = [one for one in ("fit", "draw") if not callable(getattr(module, one, None))]
    if lacking:
        raise ValueError(
            f"var engine: module {name} has no function {' and no function '.join(lacking)}; "
            "docs/engines.md shows what both take."
        )
    return module


def problem(name: str) -> str:
    """One sentence about why `name` cannot be the engine, or ''; our own is not imported."""
    if name == OWN:
        return compiled.problem()
    try:
        load(name)
    except ValueError as error:
        return str(error)
    return ""


def packed_fit(name: str, train: pd.DataFrame, *arguments: object, **named: object) -> pd.DataFrame:
    """The profile tables that engine `name` learns from train rows, packed into one table."""
    return packing.pack(load(name).fit(train, *arguments, **named))


def prepared(name: str, profile: dict[str, pd.DataFrame]) -> object:
    """What `draw` of engine `name` is given as profile: its tables, or what it makes of them."""
    return getattr(load(name), "prepared", lambda tables: tables)(profile)
