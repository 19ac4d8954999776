"""The report: figures and one HTML page, from the comparison marts only."""
