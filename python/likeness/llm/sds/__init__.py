"""Cloudera Synthetic Data Studio as generator and judge."""
