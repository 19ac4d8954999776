"""Rows and scores from language models: prompts, plan, journal, runner, one module per backend."""
