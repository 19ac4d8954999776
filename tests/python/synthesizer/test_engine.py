"""The offline engine: what it publishes rests on enough rows, what it draws is valid and stable."""

import numpy as np
import pandas as pd
import pytest

from checks import emi
from likeness import synthesizer
from likeness.warehouse import packing

GIVEN = ["grade", "zip_code", "loan_status"]
MIN_CELL_ROWS = 20


def typed(root, fields, rows):
    frame = pd.read_csv(
        root / "data" / "loans.csv.gz", dtype=str, keep_default_na=False, nrows=rows
    ).replace("", None)
    out = {}
    for field in fields:
        text = frame[field.name]
        if field.kind in ("continuous", "count"):
            out[field.name] = pd.to_numeric(text, errors="coerce")
        elif field.kind == "date":
            out[field.name] = pd.to_datetime(text, format="%b-%Y", errors="coerce")
        elif field.type == "integer":
            out[field.name] = text.str.extract(r"(\d+)")[0].astype("Int64")
        else:
            out[field.name] = text
    loans = pd.DataFrame(out)
    loans["zip_code"] = frame["address"].str.extract(r"(\d{5})$")[0]
    loans["state"] = frame["address"].str.extract(r"([A-Z]{2}) \d{5}$")[0]
    required = [f.name for f in fields if not f.nullable]
    return loans.dropna(subset=[*required, "zip_code", "state"]).reset_index(drop=True)


def fitted(train, fields):
    return synthesizer.fit(
        train,
        fields,
        given=GIVEN,
        min_cell_rows=MIN_CELL_ROWS,
        seed=42,
        formula=["installment"],
    )


def drawn(profile, fields, ids, given, **more):
    return synthesizer.draw(
        ids,
        profile,
        fields=fields,
        seed=42,
        given=given,
        formula={"installment": emi.formula("nearest")},
        **more,
    )


@pytest.fixture(scope="module")
def train(root, fields):
    return typed(root, fields, 3000)


@pytest.fixture(scope="module")
def profile(train, fields):
    return fitted(train, fields)


@pytest.fixture(scope="module")
def rows(profile, train, fields):
    return drawn(profile, fields, np.arange(1000), train[GIVEN].head(1000))


def test_every_number_rests_on_enough_rows(profile):
    for name, table in profile.items():
        if "n_rows" in table:
            known = table["n_rows"].dropna()
            assert (known >= MIN_CELL_ROWS).all(), name


def test_the_profile_does_not_depend_on_the_order_of_rows(train, fields, profile):
    again = fitted(train.sample(frac=1, random_state=3).reset_index(drop=True), fields)
    assert set(again) == set(profile)
    for name, table in profile.items():
        pd.testing.assert_frame_equal(again[name], table, obj=name)


def test_rows_are_the_same_however_ids_are_split_and_after_a_round_trip(
    profile, rows, train, fields
):
    packed = packing.unpack(packing.pack(profile))
    parts = [
        drawn(packed, fields, ids, train[GIVEN].iloc[ids].reset_index(drop=True))
        for ids in np.array_split(np.arange(1000), 7)
    ]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), rows, check_dtype=False)


def test_rows_have_every_field_as_the_field_list_wants_it(rows, train, fields):
    for field in fields:
        column = rows[field.name]
        if not field.nullable:
            assert column.notna().all(), field.name
        known = column.dropna()
        if field.decimals is not None:
            assert np.allclose(known, known.round(field.decimals)), field.name
        if field.allowed_values:
            assert set(known.astype(str)) <= set(field.allowed_values), field.name
    assert (rows["loan_amnt"] % 25 == 0).all()
    assert (rows["open_acc"] <= rows["total_acc"]).all()
    assert rows["grade"].tolist() == train["grade"].head(1000).tolist()
    ends = rows["state"] + " " + rows["zip_code"]
    assert [a.endswith(e) for a, e in zip(rows["address"], ends, strict=True)] == [True] * 1000


def test_no_row_is_a_train_row(rows, train, fields):
    names = [field.name for field in fields if field.kind in ("continuous", "count")]
    both = rows[names].merge(train[names].drop_duplicates(), on=names)
    assert len(both) == 0


def test_a_rule_holds_by_drawing_its_last_field_again(profile, train, fields, rows):
    def check(frame):
        return pd.DataFrame({"not_one": frame["mort_acc"] != 1})

    assert not check(rows)["not_one"].all()
    kept = drawn(
        profile,
        fields,
        np.arange(1000),
        train[GIVEN].head(1000),
        check=check,
        rule_columns={"not_one": ["loan_amnt", "mort_acc"]},
    )
    assert check(kept)["not_one"].all()
    assert (kept["loan_amnt"] == rows["loan_amnt"]).all()


def test_constant_and_empty_columns_are_drawn_as_they_are(train, fields):
    odd = train.head(600).assign(pub_rec=0.0, revol_util=np.nan)
    made = drawn(fitted(odd, fields), fields, np.arange(200), odd[GIVEN].head(200))
    assert (made["pub_rec"] == 0).all()
    assert made["revol_util"].isna().all()


def test_too_few_rows_are_refused(train, fields):
    with pytest.raises(ValueError, match="at least 20 train rows, not 19"):
        fitted(train.head(19), fields)


def test_a_rule_whose_last_field_has_no_way_out_holds_by_drawing_the_whole_row_again(
    profile, train, fields, rows
):
    low = rows.loc[rows["grade"].isin(["A", "B"]), "int_rate"].median()

    def check(frame):
        kept = frame["int_rate"] <= low
        return pd.DataFrame({"cheap_or_never": kept | (frame["mort_acc"] > 1000)})

    kept = drawn(
        profile,
        fields,
        np.arange(300),
        train[GIVEN].head(300),
        check=check,
        rule_columns={"cheap_or_never": ["int_rate", "mort_acc"]},
    )
    grades = kept["grade"].isin(["A", "B"])
    assert check(rows.head(300))["cheap_or_never"][grades].mean() < 0.6
    assert check(kept)["cheap_or_never"][grades].mean() > 0.9


def test_more_categories_than_a_byte_counts_are_all_drawn(train, fields):
    titles = [f"Job {i:03d}" for i in range(300)]
    many = pd.concat([train] * 3, ignore_index=True).head(6600)
    many["emp_title"] = (titles * 22)[:6600]
    made = drawn(fitted(many, fields), fields, np.arange(6000), many[GIVEN].head(6000))
    assert set(titles) <= set(made["emp_title"].dropna())
