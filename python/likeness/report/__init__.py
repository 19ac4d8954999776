"""The report: figures and one HTML page, from what the comparison marts hold."""
