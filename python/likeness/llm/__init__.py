"""Rows and scores from language models: prompts, plan, journal, runner, and one module per backend."""
