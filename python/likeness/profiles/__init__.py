"""Clusters of the train rows, what they show, and the seeds written of it."""
