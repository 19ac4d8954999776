"""Calls in a process of their own."""

import os
import sys
import time

import pandas as pd
import pytest

from likeness.warehouse import workers


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    """Functions that a server of its own finds."""
    folder = tmp_path_factory.mktemp("apart")
    (folder / "apart_cases.py").write_text(
        "import os, time\n"
        "class Odd(Exception):\n"
        "    def __init__(self, one, two): super().__init__(one)\n"
        "def odd(): raise Odd('odd one', 2)\n"
        "def unpicklable(): return lambda: 1\n"
        "def process(): return os.getpid()\n"
        "def meet(mine, other):\n"
        "    open(mine, 'w').close()\n"
        "    for _ in range(1000):\n"
        "        if os.path.exists(other): return True\n"
        "        time.sleep(0.02)\n"
        "    return False\n"
        "def slow(seconds, value): time.sleep(seconds); return value\n"
        "def counted(mine, other, values):\n"
        "    assert meet(mine, other)\n"
        "    for value in values: yield value, os.getpid()\n"
        "def failing(): yield 1; 1 / 0\n"
        "def ending(): yield 1; os._exit(3)\n"
        "def cycles():\n"
        "    import weakref\n"
        "    alive = weakref.WeakSet()\n"
        "    for _ in range(10):\n"
        "        made = Odd(1, 2)\n"
        "        made.itself = made\n"
        "        alive.add(made)\n"
        "        yield len(alive)\n"
        "def endless():\n"
        "    while True: yield os.getpid()\n"
        "def printing(): print('words'); os.system('echo words'); return 1\n"
    )
    sys.path.insert(0, str(folder))
    workers.server.cache_clear()
    yield "apart_cases"
    workers.server.cache_clear()
    sys.path.remove(str(folder))
    sys.modules.pop("apart_cases", None)


def test_a_call_apart_gives_back_what_the_function_does():
    frame = pd.DataFrame({"a": [1, None], "b": ["x", None]})
    pd.testing.assert_frame_equal(workers.called("copy.deepcopy", frame), frame)
    assert workers.called("builtins.dict", a=1) == {"a": 1}


def test_each_call_has_a_process_of_its_own(module):
    processes = {os.getpid(), *(workers.called(f"{module}.process") for _ in range(2))}
    assert len(processes) == 3


def test_a_failure_apart_is_raised_here_with_its_traceback():
    with pytest.raises(ValueError, match="math domain error") as raised:
        workers.called("math.sqrt", -1)
    assert "in _answer" in raised.value.__notes__[0]


def test_an_error_that_cannot_be_pickled_is_reported(module):
    with pytest.raises(RuntimeError, match="Odd: odd one"):
        workers.called(f"{module}.odd")


def test_a_result_that_cannot_be_pickled_is_reported(module):
    with pytest.raises(Exception, match=r"[Pp]ickle"):
        workers.called(f"{module}.unpicklable")


def test_a_process_that_ends_early_is_reported_and_the_next_call_works():
    with pytest.raises(RuntimeError, match=r"os\._exit: its process ended without an answer"):
        workers.called("os._exit", 3)
    assert workers.called("math.sqrt", 4) == 2


def test_what_is_printed_apart_does_not_spoil_the_result(module):
    assert workers.called(f"{module}.printing") == 1


def test_many_calls_keep_their_order(module):
    calls = [(f"{module}.slow", 0.2 - 0.05 * i, i) for i in range(4)]
    assert list(workers.together(calls)) == [0, 1, 2, 3]


def test_two_calls_are_under_way_together(module, tmp_path):
    ends = [str(tmp_path / "one"), str(tmp_path / "two")]
    calls = [(f"{module}.meet", mine, other) for mine, other in (ends, ends[::-1])]
    assert list(workers.together(calls)) == [True, True]


def test_no_more_calls_are_taken_than_are_under_way(module):
    taken = []

    def calls():
        for i in range(6):
            taken.append(i)
            yield (f"{module}.slow", 0, i)

    results = workers.together(calls())
    assert next(results) == 0
    assert taken == [0, 1, 2]
    results.close()


def test_items_of_several_processes_come_in_turns(module, tmp_path):
    ends = [str(tmp_path / "one"), str(tmp_path / "two")]
    calls = [
        {"mine": ends[0], "other": ends[1], "values": [1, 3, 5]},
        {"mine": ends[1], "other": ends[0], "values": [2, 4]},
    ]
    items = list(workers.streamed(f"{module}.counted", calls))
    assert [value for value, _ in items] == [1, 2, 3, 4, 5]
    assert len({process for _, process in items} - {os.getpid()}) == 2


def test_a_failure_after_some_items_is_raised_when_its_turn_comes(module):
    items = workers.streamed(f"{module}.failing", [{}])
    assert next(items) == 1
    with pytest.raises(ZeroDivisionError):
        next(items)


def test_a_process_that_ends_between_items_is_reported(module):
    items = workers.streamed(f"{module}.ending", [{}])
    assert next(items) == 1
    with pytest.raises(RuntimeError, match="ending: its process ended without an answer"):
        next(items)


def test_what_an_item_leaves_behind_is_gone_with_the_next(module):
    assert max(workers.streamed(f"{module}.cycles", [{}])) <= 2


def test_a_process_whose_items_nobody_reads_ends(module):
    items = workers.streamed(f"{module}.endless", [{}])
    process = next(items)
    items.close()
    for _ in range(1000):
        if not os.path.exists(f"/proc/{process}"):
            break
        time.sleep(0.02)
    else:
        pytest.fail("the process goes on")


def test_the_server_ends_with_its_control():
    server = workers.server.__wrapped__()
    server.control.close()
    assert server.process.wait(timeout=600) == 0


def test_elsewhere_calls_are_made_in_place(module, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(workers, "server", workers.server.__wrapped__)
    assert workers.called(f"{module}.process") == os.getpid()
    items = workers.streamed(f"{module}.endless", [{}, {}])
    assert [next(items), next(items)] == [os.getpid()] * 2
    with pytest.raises(ValueError, match="math domain error"):
        workers.called("math.sqrt", -1)
