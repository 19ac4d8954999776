"""The page: well-formed, on its own, and honest about what failed."""

import re
from html.parser import HTMLParser

import pandas as pd
import pytest
import report_tables as made

from likeness.report import page, red, summary
from likeness.report.verdict import verdict

VOID = {"meta", "link", "img", "br", "hr", "wbr"}
CLOSED = {"path"}


class Checker(HTMLParser):
    """Notes unbalanced tags, every address, and the text."""

    def __init__(self):
        super().__init__()
        self.open, self.problems, self.addresses, self.text = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.addresses += [value for name, value in attrs if name in ("src", "href")]
        if tag == "img" and not dict(attrs).get("alt"):
            self.problems.append("an image without alt")
        if tag not in VOID | CLOSED:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in CLOSED:
            return
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.text.append(data)


def read(html: str) -> Checker:
    checker = Checker()
    checker.feed(html)
    checker.close()
    return checker


@pytest.fixture(params=["some rows", "no rows"])
def html(request, tmp_path) -> str:
    made.write(tmp_path, made.tables() if request.param == "some rows" else made.empty())
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_page_is_well_formed_and_needs_no_network(html):
    checker = read(html)

    assert not checker.open
    assert not checker.problems
    assert checker.addresses
    ids = set(re.findall(r' id="(\w+)"', html))
    assert all(
        address.startswith("data:") or address.removeprefix("#") in ids
        for address in checker.addresses
    )
    assert "<script" not in html
    assert "url(" not in html


def test_page_holds_scorecard_settings_and_source(tmp_path):
    made.write(tmp_path)

    text = " ".join(read((tmp_path / "report.html").read_text(encoding="utf-8")).text)

    for expected in [*made.scorecard()["metric"], "✓ pass", "– not computed", "too few rows"]:
        assert expected in text
    for expected in ["6cd3a1aa:f7d55b7ccb874d803425f0eed6a351f6", "a, b, c", "at least 20 of them"]:
        assert expected in text
    assert "source rows left out, all fewer than 20" in text
    assert "a <b> rule" in text
    assert "cars.csv, 300 rows" in text
    assert "2026-01-02 03:04 UTC" in text


def test_each_metric_stands_in_one_table_of_the_page(tmp_path):
    made.write(tmp_path)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    for metric in ("column_shapes", "nndr"):
        assert html.count(f"<td>{metric}<small>") == 1


def test_a_defect_is_named_with_its_cause_and_what_to_do(tmp_path):
    made.write(tmp_path, made.tables(scorecard=made.scorecard("fail", "error")))
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Largest defects" in html
    assert "share of rows equal to a real row" in html
    assert "find &lt;them&gt;" in html


def test_percentage_points_are_called_so(tmp_path):
    worst = made.tables()["worst"].assign(kind="rate", subject="sold is yes where colour is red")
    found = summary.defects(made.scorecard(), worst, made.shares(), made.tables()["gates"])
    assert found == [
        ("pass", "sold is yes where colour is red: the rate is 10 points off, the holdout's 5.", "")
    ]
    assert "10.0 points" in page._in_points("rate", worst).iloc[0]["distance"]


def test_what_the_table_is_fit_for_follows_the_gates():
    card = made.scorecard("warn")
    found = {use.name: use.word for use in summary.uses(card, None)}
    assert found["counts and distributions of single columns"] == "fit"
    assert found["people who may not see the source"] == "with care"
    assert not any("models" in name for name in found)
    assert any("models of sold" in use.name for use in summary.uses(card, "sold"))


def test_a_table_that_gives_rows_away_is_fit_for_nothing():
    found = summary.uses(made.scorecard("fail", "error"), "sold")
    assert {(use.word, use.why) for use in found} == {("not fit", "identical_match_share")}


def test_a_lost_quarter_is_fit_for_no_table_by_segment_and_no_model():
    lost = {"metric": "missing_categories", "dimension": "shape", "status": "fail", "value": 1.0}
    card = pd.concat([made.scorecard(), pd.DataFrame([lost])], ignore_index=True)
    found = {use.name: use.word for use in summary.uses(card, "sold")}
    assert [name.split()[0] for name, word in found.items() if word == "not fit"] == [
        "counts",
        "tables",
        "developing",
    ]


def test_what_is_wrong_with_rows_from_a_file_is_for_those_who_made_them():
    parts = (made.tables()["worst"], made.shares(), made.tables()["gates"])
    card = made.scorecard("fail", "error")
    (ours,), (theirs,) = (summary.defects(card, *parts, is_from_file=one) for one in (False, True))
    assert "25 %" in ours.sentence
    assert ours.sentence == theirs.sentence
    assert (ours.advice, theirs.advice) == ("find <them>", summary.FROM_ELSEWHERE)


def test_a_red_page_names_a_gate_once():
    assert "gates_without_error" not in red.red_page("", ["test gates_without_error", "gate nndr"])
    assert "gates_without_error" in red.red_page("", ["test gates_without_error"])


def test_five_tiles_have_a_value_a_reference_and_a_word():
    found = {tile.name: tile for tile in summary.tiles(made.scorecard("fail", "error"))}
    assert list(found) == ["Validity", "Fidelity", "Detection", "Utility", "Privacy"]
    assert found["Fidelity"][1:] == ("pass", "close", "column_shapes", "0.98", "0.99")
    assert found["Privacy"].word == "gives rows away"
    assert found["Utility"].word == "not measured"


def test_a_table_without_target_says_so(tmp_path):
    rates = made.rates().iloc[:0]
    utility = made.utility(target=None, reason="no utility_target")
    made.write(tmp_path, made.tables(rates=rates, utility=utility))
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "there is no target" in html
    assert "Gini" not in html


def test_no_distribution_stands_on_a_page_without_pictures(tmp_path):
    html = page.page(made.ABOUT, made.tables(), None, {})
    assert "<img" not in html
    assert "<svg" not in html


def test_a_failed_gate_makes_the_verdict_red(tmp_path):
    made.write(tmp_path, made.tables(scorecard=made.scorecard("fail", "error")))

    html = (tmp_path / "report.html").read_text(encoding="utf-8")

    assert 'class="verdict red"' in html
    assert "✕ RED: 1 metric failed" in html
    assert "Failed: identical_match_share (the build fails)" in html


@pytest.mark.parametrize(
    ("status", "severity", "colour"),
    [("pass", None, "green"), ("warn", "warn", "amber"), ("fail", "warn", "red")],
)
def test_verdict_follows_the_worst_status(status, severity, colour):
    found, _, explanation = verdict(made.scorecard(status, severity))

    assert found == colour
    assert "nndr" in explanation


def test_nothing_measured_is_not_green():
    assert verdict(made.scorecard().iloc[:0])[0] == "grey"
    assert verdict(made.scorecard().iloc[2:])[0] == "grey"


def test_text_of_the_data_is_escaped(tmp_path):
    worst = made.tables()["worst"].assign(what="<script>alert(1)</script>")
    made.write(tmp_path, made.tables(worst=worst))

    assert "<script" not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_same_tables_give_the_same_bytes(tmp_path):
    first = made.write(tmp_path / "one")
    second = made.write(tmp_path / "two")

    assert len(first) == 1 + 1 + 1 + 1 + 1 + 3 + 2 + 2 + 2
    assert first["bytes"].tolist() == second["bytes"].tolist()
    assert first["file"].tolist() == second["file"].tolist()
    for name in first["file"]:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
