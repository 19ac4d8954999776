"""dbt's adapter for a project that DuckDB drives and whose rows lie on Spark."""

from dbt.adapters.base import AdapterPlugin
from dbt.adapters.sparkpython.connections import SparkPythonConnectionManager  # noqa: F401
from dbt.adapters.sparkpython.credentials import SparkPythonCredentials
from dbt.adapters.sparkpython.impl import SparkPythonAdapter
from dbt.include import sparkpython

Plugin = AdapterPlugin(
    adapter=SparkPythonAdapter,
    credentials=SparkPythonCredentials,
    include_path=sparkpython.PACKAGE_PATH,
    dependencies=["duckdb"],
)
