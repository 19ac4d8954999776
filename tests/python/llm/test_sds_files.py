import json

import pytest

from likeness.llm.sds import files
from likeness.llm.sds.files import (
    FreeformRow,
    evaluated_rows,
    iter_freeform,
    match_seeds,
    read_evaluated,
    read_freeform,
)


@pytest.fixture
def write(tmp_path):
    def write(text, name="freeform_data_stub_1_final.json"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_rows_come_with_their_seed_and_without_the_servers_keys(write):
    path = write(
        json.dumps(
            [
                {"Seeds": "grade=A", "amount": 1.0, "Generated_From": "x.pdf"},
                {"Seeds": "grade=B", "Topic": "made up", "amount": 2.0},
                {"amount": 3.0},
                {"Seeds": "grade=A", "text": "I can't help with that."},
                7,
            ]
        )
    )
    assert read_freeform(path) == [
        FreeformRow("grade=A", {"amount": 1.0}),
        FreeformRow("grade=B", {"amount": 2.0}),
        FreeformRow(None, {"amount": 3.0}),
        FreeformRow("grade=A", "I can't help with that."),
        FreeformRow(None, 7),
    ]


def test_bare_nan_reads_as_null(write):
    path = write('[{"Seeds": "s", "dti": NaN, "x": -Infinity}, {"Seeds": "s", "dti": 2.5}]')
    assert [row.row for row in read_freeform(path)] == [{"dti": None, "x": None}, {"dti": 2.5}]


@pytest.mark.parametrize("chunk", [1, 2, 7, 64])
def test_rows_are_the_same_wherever_a_chunk_ends(write, monkeypatch, chunk):
    rows = [{"Seeds": "s, [1]", "a": 12345.678, "b": 'q"]}, {', "c": [1, 2]}, 17, "x", None]
    path = write(json.dumps(rows, indent=1))
    monkeypatch.setattr(files, "CHUNK", chunk)
    assert [row.row for row in iter_freeform(path)] == [
        {"a": 12345.678, "b": 'q"]}, {', "c": [1, 2]},
        17,
        "x",
        None,
    ]


@pytest.mark.parametrize("text", ["[]", " [ ] ", "\ufeff[]"])
def test_a_file_without_rows_has_none(write, text):
    assert read_freeform(write(text)) == []


@pytest.mark.parametrize(
    "text", ["", "{}", "null", '[{"a": 1}', '[{"a": 1}, {"a"', '[{"a": 1} x {"a": 2}]', "<html>"]
)
def test_what_is_no_array_of_rows_is_named(write, text):
    path = write(text)
    with pytest.raises(ValueError, match="freeform_data_stub_1_final"):
        read_freeform(path)


def test_sentinels_and_scores_that_are_no_numbers_are_not_judged(write):
    def item(score, justification):
        return {"row": {"id": 1}, "evaluation": {"score": score, "justification": justification}}

    result = {
        "average_score": 3.0,
        "evaluated_rows": [
            item(9, "consistent"),
            item(0, "an honest nought"),
            item(0, "The evaluated row did not generate valid score and justification"),
            item(0, "Failed to parse model response"),
            item("8", "a text"),
            item(None, None),
            item(True, "a truth"),
            "nonsense",
        ],
    }
    path = write(json.dumps({"evaluation": result}), "row_data_stub_1_evaluated.json")
    rows = read_evaluated(path)
    assert [row.score for row in rows] == [9.0, 0.0, None, None, None, None, None, None]
    assert rows[0].justification == "consistent"
    assert rows[2].justification.startswith("The evaluated row did not")
    assert all(row.justification for row in rows)
    assert rows == evaluated_rows(result)


@pytest.mark.parametrize("text", ["[]", "{}", "null", '{"evaluated_rows": 3}', "{"])
def test_what_is_no_evaluation_is_named(write, text):
    path = write(text, "row_data_stub_1_evaluated.json")
    with pytest.raises(ValueError, match="row_data_stub_1_evaluated"):
        read_evaluated(path)


def test_a_seed_is_found_however_its_list_was_written():
    seed = ["loan_amnt: mean=1.0", "grade=A", "address: State zipcode=CA 70466"]
    known = {3: json.dumps(seed), 4: json.dumps(["grade=B", "it's 1"])}
    texts = [
        json.dumps(seed, indent=2),
        str(seed),
        "\n".join(seed),
        str(["grade=B", "it's 1"]),
        "grade=C",
        None,
    ]
    assert match_seeds(texts, known) == [3, 3, 3, 4, None, None]


def test_of_two_seeds_of_one_text_the_first_is_taken():
    assert match_seeds(["grade=A"], {5: "grade=A", 2: "grade=A", 9: "grade=A"}) == [2]
