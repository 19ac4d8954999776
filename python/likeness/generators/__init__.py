"""Where synthetic rows and their scores come from, beside language models."""
