"""A line every few seconds where there is no terminal, with what a person wants to know."""

import io

from likeness.llm.core.progress import Progress


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_line_every_few_seconds_and_one_at_the_end():
    clock, stream = Clock(), io.StringIO()
    spent = [0.5]
    with Progress(10, accepted=7, cost=lambda: spent[0], stream=stream, clock=clock) as shown:
        shown.finished(2, asked=False)
        for _ in range(4):
            clock.now += 2
            shown.received(5)
            shown.finished()
        shown.failed_call("The server is tired.")
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("4 of 10 seeds done, 15 rows received, 7 accepted so far")
    assert "0 failed calls" in lines[0]
    assert "about 18 s left" in lines[0]
    assert "0.5000 spent" in lines[0]
    assert lines[1].startswith("6 of 10 seeds done, 20 rows received")
    assert lines[1].endswith("last failure: The server is tired.")


def test_a_bar_on_a_terminal():
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    with Progress(4, stream=stream) as shown:
        shown.finished(4)
    assert "4/4" in stream.getvalue()


def test_nothing_is_said_of_prices_that_are_not_known_or_time_that_cannot_be():
    line = Progress(10, stream=io.StringIO()).line()
    assert line == "0 of 10 seeds done, 0 rows received, 0 accepted so far, 0 failed calls"
