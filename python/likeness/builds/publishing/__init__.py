"""Exports as a set: staged while a build runs, moved into the export folder once it is green."""
