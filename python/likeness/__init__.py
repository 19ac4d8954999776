"""A statistically faithful, privacy-safe synthetic copy of a loan table, made inside dbt."""
