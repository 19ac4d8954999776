"""A stand-in for a language model: it writes what a seed says, and nothing else."""
