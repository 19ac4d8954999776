"""Synthetic rows from files of any kind, and scores of an earlier evaluation."""

import csv
import gzip
import json

import duckdb
import pytest

from likeness.generators import file_rows, file_scores

NAMES = ["amount", "town", "note"]
ROWS = [
    {"amount": "10000.0", "town": "a\r\nb", "note": None},
    {"amount": "7", "town": "NA", "note": 'with "quotes", and a comma'},
]
SEEDS = {4: '["town: A=1.00"]', 9: '["town: B=1.00"]'}


def delimited(path, delimiter: str) -> str:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, ["note", "town", "amount"], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(ROWS)
    return str(path)


def as_json(path, lines: bool = False) -> str:
    text = "\n".join(map(json.dumps, ROWS)) if lines else json.dumps(ROWS)
    path.write_text(text, encoding="utf-8")
    return str(path)


def parquet(path) -> str:
    made = " union all ".join(
        "select " + ", ".join(f"${name}{n} as {name}" for name in reversed(NAMES)) for n in (0, 1)
    )
    given = {f"{name}{n}": row[name] for n, row in enumerate(ROWS) for name in NAMES}
    duckdb.connect().execute(f"copy ({made}) to '{path}' (format parquet)", given)
    return str(path)


def received(path: str) -> list[dict]:
    frames = list(file_rows.responses(path, NAMES, SEEDS))
    filled = [frame.astype(object).where(frame.notna(), None) for frame in frames]
    return [row for frame in filled for row in frame.to_dict("records")]


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "tsv", "json", "jsonl", "parquet"])
def test_every_kind_of_file_gives_the_same_rows_whatever_the_order_of_columns(tmp_path, kind):
    path = tmp_path / f"rows.{kind}"
    if kind.startswith("json"):
        written = as_json(path, lines=kind == "jsonl")
    elif kind == "parquet":
        written = parquet(path)
    else:
        written = delimited(path, "\t" if kind == "tsv" else ",")
    assert file_rows.problem_with_path(written) == ""
    rows = received(written)
    assert [{name: row[name] for name in NAMES} for row in rows] == ROWS
    assert [row["synthetic_id"] for row in rows] == ["file-000000001", "file-000000002"]
    assert {row["missing_fields"] for row in rows} == {row["extra_fields"] for row in rows} == {""}


def test_rows_of_studio_find_their_seed_and_nan_is_null(tmp_path):
    path = tmp_path / "freeform_data_x_20260101T000000000_final.json"
    path.write_text(
        '[{"Seeds": "[\\"town: B=1.00\\"]", "amount": NaN, "town": "B"}, {"text": "sorry"}]'
    )
    first, second = received(str(path))
    assert (first["seed_id"], first["amount"], first["missing_fields"]) == (9, None, "note")
    assert second["missing_fields"] == "amount;town;note"
    assert second["raw"] == "sorry"


def test_short_and_long_lines_lose_nothing(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("amount,town,note,colour\n1,A\n2,B,n,red,surplus\n")
    short, long = received(str(path))
    assert (short["missing_fields"], short["extra_fields"]) == ("note", "")
    assert (long["note"], long["extra_fields"]) == ("n", "colour;column 5")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (None, "", "needs var synthetic_path"),
        ("rows.xlsx", "x", "must name a file ending in"),
        ("absent.csv", None, "there is no such file"),
        ("empty.csv", "amount,town\n", "holds no rows"),
        ("broken.json", '{"rows": 1}', "not a JSON array of rows"),
        ("cut.json", '[{"amount": 1}, {"amo', "ends or breaks within a row"),
        ("broken.parquet", "no parquet at all", "No magic bytes"),
    ],
)
def test_a_file_that_cannot_be_used_gets_one_sentence(tmp_path, name, content, sentence):
    path = name and tmp_path / name
    if path and content is not None:
        path.write_text(content)
    answer = file_rows.problem_with_path(path and str(path))
    if name == "cut.json":
        answer = answer or _problem_at_the_end(str(path))
    assert sentence in answer
    assert "\n" not in answer


def _problem_at_the_end(path: str) -> str:
    with pytest.raises(ValueError, match="breaks within a row") as error:
        received(path)
    return str(error.value)


def test_scores_keep_their_rows_and_a_sentinel_is_no_score(tmp_path):
    path = tmp_path / "row_data_x_evaluated.json"
    unread = "The evaluated row did not generate valid score and justification"
    judged = [
        {
            "row": {"Seeds": "s", "amount": 7, "town": "A"},
            "evaluation": {"score": 9, "justification": "fine"},
        },
        {"row": {"amount": 8.5}, "evaluation": {"score": 0, "justification": unread}},
        {"row": {"amount": 1}, "evaluation": {"score": 42, "justification": "superb"}},
    ]
    path.write_text(json.dumps({"evaluated_rows": judged}))
    assert file_scores.problem_with_path(str(path)) == ""
    scores = file_scores.scores(str(path), NAMES)
    assert scores["amount"].tolist() == ["7", "8.5", "1"]
    assert scores["score"].iloc[0] == 9
    assert scores["score"].isna().tolist() == [False, True, True]
    assert scores["justification"].tolist() == ["fine", unread, "42 is no score from 1 to 10"]


def test_scores_that_are_none_get_a_sentence(tmp_path):
    assert "there is no such file" in file_scores.problem_with_path(str(tmp_path / "no.json"))
    path = tmp_path / "rows.json"
    path.write_text("[]")
    assert "not an evaluation" in file_scores.problem_with_path(str(path))
