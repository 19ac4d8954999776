"""Leaks planted in rates and means by one or two conditions turn the audit red."""

from .test_planted import MIN_CELL_ROWS, TRAIN, with_train

RATES = "marts.comparison_rates"
FEW_LOST = f"""
select sub_grade, count(*) filter (where loan_status = 'Charged Off') as n from {TRAIN}
group by all having n between 1 and {MIN_CELL_ROWS - 1} order by all limit 1
"""


def test_a_rate_that_few_rows_of_a_class_have_is_found(rows, audited):
    level, held = rows(FEW_LOST)[0]
    found = audited(
        f"insert into {RATES} by name select 'offline' as generator, 'rate of loan_status is "
        f"Charged Off' as measure, 'sub_grade' as variable_1, '{level}' as level_1, 0.1 as train"
    )
    row = f"sub_grade={level}, train"
    assert (RATES, row, "the rate's positive rows", held) in found


def test_a_cell_that_the_margins_give_away_is_found(rows, audited):
    shown = rows(
        f"select level_1, level_2 from {RATES} where variable_2 = 'term' and variable_1 = 'grade' "
        "and train is not null order by position"
    )
    assert len({level for level, _ in shown}) > 1
    (first, second), other = shown[0], next(level for level, _ in shown if level != shown[0][0])
    cell = f"grade = '{first}' and cast(term as varchar) = '{second}'"
    kept = f"select loan_id from staging.stg_loans where {cell} order by loan_id limit 9"
    found = audited(
        f"delete from {RATES} where variable_2 = 'term' and level_1 = '{first}' "
        f"and level_2 = '{second}'",
        *with_train(
            f"case when loans.grade = '{first}' and cast(loans.term as varchar) = '{second}' "
            f"and loans.loan_id not in ({kept}) then '{other}' else loans.grade end as grade"
        ),
    )
    hidden = ("a hidden cell's", "left of a level of")
    assert any(table == RATES and what.startswith(hidden) for table, _, what, _ in found)


def test_a_mean_of_few_rows_is_found(rows, audited):
    edge = rows(f"select annual_inc from {TRAIN} where term = 36 order by 1 desc limit 1 offset 4")
    found = audited(
        f"update {RATES} set lower = {edge[0][0]} where measure = 'mean of dti' "
        "and level_1 = '36' and upper is null"
    )
    assert {what for table, _, what, _ in found if table == RATES} == {"mean of dti rests on"}


def test_rows_of_two_generators_are_each_counted_by_themselves(audited):
    found = audited(
        *(
            f"insert into marts.{mart} select * replace ('file' as generator) from marts.{mart}"
            for mart in ("comparison_conditional_shares", "comparison_shares", "comparison_rates")
        )
    )
    assert found == []
