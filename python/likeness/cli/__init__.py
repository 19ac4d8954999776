"""The verbs of `python -m likeness.cli`, which `make` calls beside dbt."""
