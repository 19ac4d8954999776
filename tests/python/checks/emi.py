"""The monthly payment of a loan, written apart from seeds/formulas.csv, to hold that against."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

ROUNDINGS = ("nearest", "up")


def installment(
    amount: ArrayLike,
    annual_rate_percent: ArrayLike,
    months: ArrayLike,
    rounding: str = "nearest",
) -> np.ndarray:
    """Equated monthly installment in dollars, exact to the cent, as a float array.

    amount * r * (1 + r)^months / ((1 + r)^months - 1) with r = annual_rate_percent / 1200, and
    amount / months at rate 0. Arguments are arrays, Series or scalars and broadcast together; a
    missing value anywhere, or months of 0 or less, gives NaN. `rounding` is nearest (half a cent
    away from zero) or up; cents are snapped to 1e-6 first, so that binary floating point decides
    nothing. Raises ValueError for another rounding.
    """
    if rounding not in ROUNDINGS:
        raise ValueError(f"emi_rounding is {' or '.join(ROUNDINGS)}, not {rounding}.")
    lent, rate, months_left = (
        pd.Series(values, dtype="Float64").to_numpy(dtype=float, na_value=np.nan)
        for values in (amount, annual_rate_percent, months)
    )
    monthly = rate / 1200.0
    with np.errstate(all="ignore"):
        growth = np.power(1 + monthly, months_left)
        payment = np.where(growth == 1, lent / months_left, lent * monthly * growth / (growth - 1))
        cents = np.floor(payment * 1e8 + 0.5) / 1e6
        rounded = np.ceil(cents) if rounding == "up" else np.floor(cents + 0.5)
        return np.where(months_left > 0, rounded / 100.0, np.nan)


def formula(rounding: str) -> Callable[[pd.DataFrame], pd.Series]:
    """The installment of typed loan rows, as a function of the rows."""

    def payments(loans: pd.DataFrame) -> pd.Series:
        paid = installment(loans["loan_amnt"], loans["int_rate"], loans["term"], rounding)
        return pd.Series(paid, index=loans.index)

    return payments
