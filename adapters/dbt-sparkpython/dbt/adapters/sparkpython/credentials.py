"""What an output of type `sparkpython` in profiles.yml says."""

from dataclasses import dataclass

from dbt.adapters.duckdb.credentials import DuckDBCredentials


@dataclass
class SparkPythonCredentials(DuckDBCredentials):
    """Those of DuckDB, which drives, and where Spark is, which holds the rows.

    `spark_remote`: an address as Spark Connect takes it (`sc://host:15002/;token=...`), or empty
    for a session in this process. `spark_schema`: the schema of the catalog in which tables are
    made. `spark_format`: how they are stored. `spark_source`: the table that is the source.
    `spark_sample`: the share of its rows, by md5, that is read; 1 for all, less for a trial.
    `spark_rows`: how many rows a step on the driver may read, beyond which it stops.
    """

    spark_remote: str = ""
    spark_schema: str = "likeness"
    spark_format: str = "parquet"
    spark_source: str = ""
    spark_sample: float = 1.0
    spark_rows: int = 2_000_000

    @property
    def type(self) -> str:
        """The name of the adapter."""
        return "sparkpython"

    def _connection_keys(self) -> tuple[str, ...]:
        # Not the address: it may hold a token, and dbt logs these.
        keys = ("spark_schema", "spark_format", "spark_source", "spark_sample", "spark_rows")
        return (*super()._connection_keys(), *keys)
