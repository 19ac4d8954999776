"""The page: well-formed, on its own, and honest about what failed."""

from html.parser import HTMLParser

import pytest
import report_tables as made

from likeness.report.verdict import verdict

VOID = {"meta", "link", "img", "br", "hr", "wbr"}


class Checker(HTMLParser):
    """Notes unbalanced tags, every address, and the text."""

    def __init__(self):
        super().__init__()
        self.open, self.problems, self.addresses, self.text = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.addresses += [value for name, value in attrs if name in ("src", "href")]
        if tag == "img" and not dict(attrs).get("alt"):
            self.problems.append("an image without alt")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
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
    assert all(address.startswith("data:") for address in checker.addresses)
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

    assert len(first) == 1 + 1 + 1 + 1 + 3
    assert first["bytes"].tolist() == second["bytes"].tolist()
    assert first["file"].tolist() == second["file"].tolist()
    for name in first["file"]:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
