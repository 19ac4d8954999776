"""What the bench writes, and the splits that it makes."""

import pytest

from bench_fidelity import command, parser
from judge.document import ENGINE, Part, section
from judge.process import run
from judge.scores import Count, Scores
from judge.source import KEY, write_split
from judge.table import NOT_MEASURED, cell
from likeness import warehouse


def test_a_cell_has_the_median_and_the_ends():
    assert cell([0.5, 0.52, 0.7], 2) == "0.52 (0.50 to 0.70)"
    assert cell([0.5], 2) == "0.50"
    assert cell([0.5, None], 2) == "0.50"
    assert cell([None], 2) == NOT_MEASURED
    assert cell([Count(1, 24), Count(0, 24), Count(1, 26)], 3) == "1 (0 to 1) of 26"


def test_a_section_names_what_is_off_and_leaves_out_rows_without_values():
    scores = Scores({"c2st": 0.512, "quality": None})
    scores.count("off_kl", ["amount"], 14)
    text = section(Part("All rows", [{ENGINE: scores, "peer": Scores({"c2st": 0.9})}]))
    assert "| C2ST AUC | 0.5 | 0.512 | 0.900 |" in text
    assert f"| KL divergences off | as real | 1 of 14 | {NOT_MEASURED} |" in text
    assert "| KL divergences off | 1 | amount |" in text
    assert "quality" not in text


def rows_of(path):
    with warehouse.scratch() as connection:
        return warehouse.query(connection, f"select * from read_parquet('{path}')")


def test_splits_draw_other_rows_and_other_keys_and_keep_the_texts(tmp_path):
    source = tmp_path / "loans.csv"
    lines = [f'"a, {i}",{i}.00,' for i in range(100)]
    source.write_text("\n".join(["text,number,empty", *lines]), encoding="utf-8")
    found = {}
    for split in (1, 2):
        target = tmp_path / f"{split}.parquet"
        assert write_split(source, split, 30, target) == 30
        found[split] = rows_of(target)
        assert write_split(source, split, 30, tmp_path / "again.parquet") == 30
        assert rows_of(tmp_path / "again.parquet").equals(found[split])
    assert set(found[1]["text"]) != set(found[2]["text"])
    assert not set(found[1][KEY]) & set(found[2][KEY])
    assert found[1]["number"].str.endswith(".00").all()
    assert found[1]["empty"].isna().all()


def test_a_command_that_fails_says_why(tmp_path):
    with pytest.raises(RuntimeError, match="no such thing"):
        run(["sh", "-c", "echo no such thing; exit 3"], tmp_path, tmp_path / "log")


def test_a_command_that_works_says_what_it_took(tmp_path):
    took = run(["sh", "-c", "true"], tmp_path, tmp_path / "log")
    assert took.seconds > 0
    assert took.peak_mb > 0


@pytest.mark.parametrize("form", [["--source", "{}"], ["--source={}"]])
def test_the_command_on_the_page_has_no_path_of_this_machine(root, monkeypatch, form):
    monkeypatch.delenv("BENCH_PYTHON", raising=False)
    given = [word.format(root / "data" / "loans.csv.gz") for word in form]
    said = command(given, parser().parse_args(given))
    assert said.startswith("python benchmarks/bench_fidelity.py --source")
    assert said.endswith("data/loans.csv.gz")
    assert str(root) not in said
