"""Loan files as people have them: each is read as what it says, or stops with one sentence."""

import csv
import gzip
import io

import duckdb
import pytest

from checks.made_loans import NAMES, loans
from likeness.preflight.problems import _problem_with_content
from reading_macros import request

ROWS = 320


def text(rows, delimiter=",", **options):
    out = io.StringIO()
    writer = csv.DictWriter(out, NAMES, delimiter=delimiter, lineterminator="\n", **options)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def changed(rows, column, value, every=1):
    """The rows with another value in each `every`-th; `value` may be made from the old one."""
    return [
        {**row, column: value(row[column]) if callable(value) else value} if n % every == 0 else row
        for n, row in enumerate(rows)
    ]


@pytest.fixture(scope="module")
def rows():
    return loans(ROWS, seed=5)


@pytest.fixture
def ask(tmp_path, fields):
    """The sentence about a file's content, and the request that it answers."""

    def asked(content, name="loans.csv", **variables):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        made = request(path, **variables)
        return made["problem"] or _problem_with_content(made, fields), made

    return asked


def typed(made, columns):
    return duckdb.sql(f"select {columns} from {made['typed']}")


def commas(rows):
    return [
        {k: str(v).replace(".", ",") if isinstance(v, float) else v for k, v in row.items()}
        for row in rows
    ]


PROSPECTUS = "Notes offered by Prospectus (https://example.com/info)\n"
FOOTER = "\n\nTotal amount funded in policy code 1: 6417608175\nTotal amount: 1944088810\n"
WHOLE = {
    "plain": lambda r: text(r),
    "semicolons": lambda r: text(r, ";"),
    "tabs in csv": lambda r: text(r, "\t"),
    "bars": lambda r: text(r, "|"),
    "decimal commas": lambda r: text(commas(r), ";"),
    "quoted decimal commas": lambda r: text(commas(r)),
    "prospectus": lambda r: PROSPECTUS + text(r),
    "two lines and a blank": lambda r: PROSPECTUS + "as of 2015\n\n" + text(r),
    "footer": lambda r: text(r) + FOOTER,
    "prospectus and footer": lambda r: PROSPECTUS + text(r) + FOOTER,
    "prospectus, semicolons": lambda r: PROSPECTUS + text(r, ";"),
    "utf-8 mark": lambda r: text(r).encode("utf-8-sig"),
    "utf-16": lambda r: text(r).encode("utf-16"),
    "utf-16 without mark": lambda r: text(r).encode("utf-16-le"),
    "utf-16 big": lambda r: text(r).encode("utf-16-be"),
    "utf-32": lambda r: text(r).encode("utf-32"),
    "windows-1252": lambda r: text(changed(r, "emp_title", "Café manager’s", 7)).encode("cp1252"),
    "windows-1252 late": lambda r: text([*r[:-1], {**r[-1], "title": "Señor"}]).encode("cp1252"),
    "carriage returns and feeds": lambda r: text(r).replace("\n", "\r\n"),
    "blank lines at the end": lambda r: text(r) + "\n\n\n",
    "no line end": lambda r: text(r).rstrip("\n"),
    "every field quoted": lambda r: text(r, quoting=csv.QUOTE_ALL),
    "single quotes": lambda r: text(r, quotechar="'", quoting=csv.QUOTE_ALL),
    "names in capitals": lambda r: text(r).replace(",".join(NAMES), ",".join(NAMES).upper()),
    "blanks in names": lambda r: text(r).replace(",".join(NAMES), ", ".join(NAMES)),
    "other order": lambda r: text([dict(reversed(row.items())) for row in r]),
    "gzip without its ending": lambda r: gzip.compress(text(r).encode()),
    "percent signs": lambda r: text(changed(r, "int_rate", lambda v: f" {v}%")),
    "dollars": lambda r: text(changed(r, "annual_inc", lambda v: f"${v:,.2f}")),
    "euros behind": lambda r: text(changed(r, "annual_inc", lambda v: f"{v:.0f} €")),
    "thousands": lambda r: text(changed(r, "annual_inc", lambda v: f"{v:,.0f}", 3)),
    "thousands by blanks": lambda r: text(
        changed(r, "revol_bal", lambda v: f"{v:,.0f}".replace(",", " "))
    ),
    "terms without a word": lambda r: text(changed(r, "term", lambda v: v.split()[0])),
    "terms in mths": lambda r: text(changed(r, "term", lambda v: v.replace("months", "mths"))),
    "terms as decimals": lambda r: text(changed(r, "term", lambda v: v.split()[0] + ".0")),
    "zip+4": lambda r: text(changed(r, "address", lambda v: v + "-1234", 2)),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_file_with_defects_is_read_like_the_clean_one(ask, rows, kind):
    said, clean = ask(text(rows), "clean.csv")
    assert said == ""
    columns = "term, int_rate, annual_inc, revol_bal, dti, issue_d, purpose, zip_code, state"
    wanted = sorted(map(str, typed(clean, columns).fetchall()))
    said, made = ask(WHOLE[kind](rows))
    assert said == ""
    assert sorted(map(str, typed(made, columns).fetchall())) == wanted


DATES = {
    "Dec-11": "2011-12-01",
    "dec-11": "2011-12-01",
    "Dec-62": "1962-12-01",
    "Jan-99": "1999-01-01",
    "15-Dec": "2015-12-01",
    "8-Dec": "2008-12-01",
    "99-Oct": "1999-10-01",
    "Dec-2015": "2015-12-01",
    "December 2015": "2015-12-01",
    "Dec 2015": "2015-12-01",
    "DEC-2015": "2015-12-01",
    "Sept. 2015": "2015-09-01",
    "2015-12": "2015-12-01",
    "2015-12-31": "2015-12-01",
    "2015-12-01 00:00:00": "2015-12-01",
    "2015-12-01T00:00:00Z": "2015-12-01",
    "12/2015": "2015-12-01",
    "2015/12": "2015-12-01",
    "31-Dec-2015": "2015-12-01",
    "12/01/2015": None,
    "2015-02-30": None,
    "2015-13": None,
    "13/2015": None,
    "42339": None,
    "Dec-0015": None,
    "Dec": None,
    "Foo-2015": None,
    "Decem-2015": None,
}


@pytest.mark.parametrize("date", DATES)
def test_a_month_is_read_where_it_is_certain(ask, rows, date):
    said, made = ask(text(changed(rows, "issue_d", date)), latest_year=2026)
    if DATES[date] is None:
        assert f"column issue_d cannot be read as months like Jan-2015 in {ROWS} of {ROWS}" in said
        assert repr(date) in said
    else:
        assert said == ""
        assert str(typed(made, "any_value(issue_d)").fetchall()[0][0]) == DATES[date]


@pytest.mark.parametrize(("year", "read"), [(14, 2014), (26, 2026), (27, 1927), (70, 1970)])
def test_no_two_digit_year_lies_in_the_future(ask, rows, year, read):
    _, made = ask(text(changed(rows, "earliest_cr_line", f"Mar-{year}")), latest_year=2026)
    assert typed(made, "any_value(earliest_cr_line_year)").fetchall() == [(read,)]


MARKERS = ["NA", "n/a", "NULL", "-", "?", "None", "#N/A", "nan", " NA ", "--", "Missing", ""]


@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize("column", ["mort_acc", "emp_length"])
def test_a_missing_marker_is_a_missing_value(ask, rows, marker, column):
    said, made = ask(text(changed(rows, column, marker, 2)))
    assert said == ""
    assert typed(made, f"count({column})").fetchall() == [(ROWS // 2,)]


def test_a_job_title_may_be_a_missing_marker(ask, rows):
    _, made = ask(text(changed(rows, "emp_title", "NA", 2)))
    assert typed(made, "count(emp_title)").fetchall() == [(ROWS,)]


STOPS = {
    "other grade": (
        lambda r: text(changed(r, "grade", "Z", 8)),
        "column grade holds values that seeds/fields.csv does not allow: 'Z' in 40 rows",
    ),
    "running loans": (
        lambda r: text(changed(r, "loan_status", "Current", 4)),
        "extend_domains: {loan_status: [Current]}",
    ),
    "term 48": (lambda r: text(changed(r, "term", "48 months", 8)), "'48' in 40 rows"),
    "own label": (lambda r: text(changed(r, "purpose", "(other)", 2)), "'(other)' in 160 rows"),
    "label of the missing": (lambda r: text(changed(r, "purpose", "(missing)", 9)), "(missing)"),
    "no zip codes": (
        lambda r: text(changed(r, "address", "1 A Street")),
        "320 of 320 rows cannot be used (100.0%; var max_excluded_share allows 5%): "
        "address has no zip code in 320",
    ),
    "some without zip codes": (
        lambda r: text(changed(r, "address", "1 A Street", 3)),
        "107 of 320 rows cannot be used",
    ),
    "no rates": (
        lambda r: text(changed(r, "int_rate", "low")),
        "column int_rate cannot be read as numbers in 320 of 320 rows, such as 'low'",
    ),
    "grades missing": (lambda r: text(changed(r, "grade", "")), "grade is missing in 320"),
    "grades marked missing": (lambda r: text(changed(r, "grade", "n/a")), "grade is missing"),
    "incomes of 1e299": (
        lambda r: text(changed(r, "annual_inc", 1e299, 10)),
        "annual_inc is out of bounds in 32, such as '1e+299'",
    ),
    "negative incomes": (
        lambda r: text(changed(r, "annual_inc", -5.0, 10)),
        "annual_inc is out of bounds in 32",
    ),
    "incomes in words": (
        lambda r: text(changed(r, "annual_inc", "much", 10)),
        "annual_inc cannot be read in 32, such as 'much'",
    ),
    "wrong thousands": (
        lambda r: text(changed(r, "annual_inc", "1,2,3", 10)),
        "annual_inc cannot be read in 32",
    ),
    "decimal commas in some": (
        lambda r: text(changed(r, "annual_inc", "50000,5", 10)),
        "annual_inc cannot be read in 32",
    ),
    "accounting negatives": (
        lambda r: text(changed(r, "revol_bal", "(1,200)", 10)),
        "revol_bal cannot be read in 32",
    ),
    "few rows": (lambda r: text(r[:250]), "has 250 rows; at least 300 are needed"),
    "few usable rows": (
        lambda r: text(changed(r[:305], "annual_inc", "much", 30)),
        "294 usable rows of 305; at least 300 are needed",
    ),
    "a short line": (
        lambda r: text(r[:5]) + "1,2\n" + text(r).split("\n", 1)[1],
        "2 fields where the header has 27 ('1 2')",
    ),
    "a section line": (
        lambda r: text(r[:5]) + "Loans below policy\n" + text(r).split("\n", 1)[1],
        "1 fields where the header has 27 ('Loans below policy')",
    ),
    "a long line": (lambda r: text(r) + "," * 30 + "x\n" + text(r[:1]), "31 fields where"),
    "an open quote": (lambda r: text(r) + '"1,2\n', "line 642: unexpected end of data"),
    "a header twice": (
        lambda r: text(r).replace("dti", "loan_amnt", 1),
        "column loan_amnt is named twice",
    ),
    "no header": (lambda r: text(r).split("\n", 1)[1], "has no columns loan_amnt, term"),
    "another table": (lambda r: "a,b\n1,2\n", "has no columns loan_amnt, term"),
    "a column less": (lambda r: text(r).replace("dti", "ratio", 1), "has no column dti"),
    "header only": (lambda r: text([]), "has a header but no rows"),
    "Polish code page": (
        lambda r: text(changed(r, "emp_title", "Sprzedaż", 9)).encode("cp1250"),
        "the text is not UTF-8",
    ),
    "bytes of nothing": (
        lambda r: text(r).encode() + b"\x81\x8d",
        "line 642: the text is not UTF-8, and not Windows-1252 either",
    ),
    "two encodings": (
        lambda r: text(changed(r, "title", "é")).encode() + b"\xe9\n",
        "some of its lines are",
    ),
}


@pytest.mark.parametrize("kind", STOPS)
def test_what_is_not_certain_stops_in_one_sentence(ask, rows, kind):
    make, wanted = STOPS[kind]
    said, _ = ask(make(rows))
    assert wanted in said
    assert "loans.csv" in said
    assert "\n" not in said
    assert "Traceback" not in said


FILES = [
    ("loans.csv", b"PK\x03\x04...", "is a zip or Excel file; save its table as csv"),
    ("loans.csv", b"PAR1....", "is a parquet file: give it the ending"),
    ("loans.parquet", b"a,b\n1,2\n", "is no parquet file"),
    ("loans.parquet", b"PAR1 cut off", "cannot be read"),
    ("loans.csv.gz", b"a,b\n", "ends in .gz but is not a gzip file"),
    ("loans.csv", b"", "is empty"),
    ("loans.xlsx", b"PK", "must be a csv, tsv, csv.gz or parquet file"),
]


@pytest.mark.parametrize(("name", "content", "wanted"), FILES)
def test_another_kind_of_file_stops_in_one_sentence(ask, name, content, wanted):
    said, _ = ask(content, name)
    assert wanted in said
    assert name in said
    assert "\n" not in said


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.99])
def test_a_truncated_gzip_file_is_named(ask, rows, kept):
    packed = gzip.compress(text(rows).encode())
    said, _ = ask(packed[: int(len(packed) * kept)], "loans.csv.gz")
    assert "loans.csv.gz is cut off" in said


def test_a_damaged_gzip_file_is_named(ask, rows):
    packed = bytearray(gzip.compress(text(rows).encode()))
    packed[len(packed) // 2] ^= 0xFF
    said, _ = ask(bytes(packed), "loans.csv.gz")
    assert "loans.csv.gz" in said


@pytest.mark.parametrize("name", ["loans*.csv", "loans?.csv", "loans[1].csv", "lo'ans.csv"])
def test_a_name_is_no_pattern(ask, rows, name):
    ask(text(loans(ROWS, seed=6)), "loans1.csv")
    said, made = ask(text(rows), name)
    assert said == ""
    assert typed(made, "count(*)").fetchall() == [(ROWS,)]


def test_domains_grow_by_a_var(ask, rows):
    content = text(changed(rows, "loan_status", "Current", 4))
    assert ask(content, extend_domains={"loan_status": ["Current"]})[0] == ""


def test_few_rows_out_of_bounds_are_left_out(ask, rows):
    content = text(changed(rows, "annual_inc", 1e299, 40))
    assert ask(content)[0] == ""


def test_the_vars_decide_where_the_file_does_not(ask, rows):
    content = text(changed(rows, "emp_title", "Sprzedaż", 9)).encode("cp1250")
    said, made = ask(content, source_encoding="cp1250")
    assert said == ""
    assert ("Sprzedaż",) in typed(made, "emp_title").fetchall()
    assert "source_encoding is 'utf-9'" in ask(content, source_encoding="utf-9")[0]


def test_the_note_says_what_was_found(ask, rows):
    _, made = ask(WHOLE["prospectus and footer"](rows))
    assert made["note"].endswith(
        "UTF-8, fields between commas, header in line 2, 2 footer lines left out"
    )
    _, made = ask(WHOLE["decimal commas"](rows))
    assert made["note"].endswith("fields between semicolons, header in line 1, decimal commas")


def test_rows_that_are_excluded_on_purpose_are_not_faulty_but_must_leave_enough(ask, rows):
    some = text(changed(rows, "mort_acc", "", 20))
    assert ask(some, missing="exclude")[0] == ""
    said, _ = ask(text(changed(rows, "mort_acc", "", 2)), missing="exclude")
    assert "has 160 usable rows of 320; at least 300 are needed" in said
    assert "var missing is exclude): mort_acc is missing in 160" in said
    assert ask(text(changed(rows, "mort_acc", "")))[0] == ""


@pytest.mark.parametrize("size", [300, 301])
def test_any_size_from_the_minimum_on_is_taken(ask, rows, size):
    assert ask(text(rows[:size]))[0] == ""


EMPTY = ["mort_acc", "revol_util", "pub_rec_bankruptcies", "emp_length", "emp_title", "title"]


@pytest.mark.parametrize("column", EMPTY)
def test_a_nullable_column_may_have_no_value(ask, rows, column):
    said, made = ask(text(changed(rows, column, "")))
    assert said == ""
    assert typed(made, f"count({column}), count(*)").fetchall() == [(0, ROWS)]


@pytest.mark.parametrize("column", ["loan_amnt", "term", "sub_grade", "issue_d", "address"])
def test_any_other_column_without_a_value_is_named(ask, rows, column):
    said, _ = ask(text(changed(rows, column, "")))
    reason = "address is missing" if column == "address" else f"{column} is missing"
    assert (
        f"320 of 320 rows cannot be used (100.0%; var max_excluded_share allows 5%): {reason}"
        in (said.replace("address has no zip code", "address is missing"))
    )


BOUNDED = {"loan_amnt": 1e299, "dti": -1e299, "open_acc": "1e18", "revol_util": 99999.0}


@pytest.mark.parametrize("column", BOUNDED)
def test_no_number_beyond_its_bounds_is_a_value(ask, rows, column):
    said, _ = ask(text(changed(rows, column, BOUNDED[column], 10)))
    assert f"{column} is out of bounds in 32, such as '{BOUNDED[column]}'" in said


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_a_text_that_a_spreadsheet_would_run_is_a_text(ask, rows, sign):
    said, made = ask(text(changed(rows, "title", f"{sign}cmd|' /C calc'!A0", 2)))
    assert said == ""
    assert typed(made, f"count(*) filter (where title like '{sign}%')").fetchall() == [(ROWS // 2,)]
