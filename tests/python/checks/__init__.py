"""Planted defects, driven through a real dbt build."""
