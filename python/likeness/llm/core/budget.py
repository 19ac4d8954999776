"""What may still be asked and spent: limits that stop before they are passed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

MILLION = 1_000_000


class LimitReached(Exception):
    """The next call would pass a limit; the message says which, and what stands against it."""


@dataclass(frozen=True)
class Limits:
    """The user's limits. Prices are per million tokens; `max_cost` needs them.

    `max_requests` and `max_cost` hold for one source's journal as a whole, earlier builds included.
    Raises ValueError if a limit can't be kept.
    """

    max_requests: int | None = None
    max_cost: float | None = None
    price_in: float | None = None
    price_out: float | None = None

    def __post_init__(self) -> None:
        if self.max_cost is not None and not self.priced:
            raise ValueError(
                "max_cost needs the vars price_in and price_out (per million tokens): "
                "without prices it is unknown when the limit is reached."
            )

    @property
    def priced(self) -> bool:
        """Whether both prices are known."""
        return self.price_in is not None and self.price_out is not None

    def cost(self, tokens_in: float, tokens_out: float) -> float | None:
        """The price of so many tokens, None where prices aren't known."""
        if not self.priced:
            return None
        return (tokens_in * self.price_in + tokens_out * self.price_out) / MILLION


class Budget:
    """Keeps count of calls and cost, and of what the calls now under way may cost at most."""

    def __init__(
        self, limits: Limits, *, calls: int = 0, tokens_in: int = 0, tokens_out: int = 0
    ) -> None:
        self.limits = limits
        self.calls = calls
        self.tokens_in = tokens_in
        self.tokens_out = tokens_out
        self._reserved = 0.0
        self._open = 0
        self._changed = threading.Condition()

    @property
    def spent(self) -> float | None:
        """Cost of all answers so far, None where prices aren't known."""
        return self.limits.cost(self.tokens_in, self.tokens_out)

    @contextmanager
    def call(self, tokens_in: int, tokens_out: int) -> Iterator[None]:
        """Room for one call of at most so many tokens; waits for room that other calls may free.

        Raises LimitReached if the call would pass a limit.
        """
        most = self.limits.cost(tokens_in, tokens_out) or 0.0
        with self._changed:
            self._wait_for_room(most)
            self.calls += 1
            self._reserved += most
            self._open += 1
        try:
            yield
        finally:
            with self._changed:
                self._reserved -= most
                self._open -= 1
                self._changed.notify_all()

    def pay(self, tokens_in: int, tokens_out: int) -> None:
        """Count an answer's tokens. Called inside `call`, so that no room is given away twice."""
        with self._changed:
            self.tokens_in += tokens_in
            self.tokens_out += tokens_out

    def _wait_for_room(self, most: float) -> None:
        limits = self.limits
        while True:
            if limits.max_requests is not None and self.calls + 1 > limits.max_requests:
                raise LimitReached(
                    f"max_requests is {limits.max_requests} and {self.calls} calls were made "
                    "(earlier builds included). Raise it to go on; everything received is kept."
                )
            if limits.max_cost is None or self.spent + self._reserved + most <= limits.max_cost:
                return
            if not self._open:
                raise LimitReached(
                    f"max_cost is {limits.max_cost:g}, {self.spent:.4f} is spent (earlier builds "
                    f"included), and the next call may cost {most:.4f}. Raise max_cost or lower "
                    "max_tokens to go on; everything received is kept."
                )
            self._changed.wait()
