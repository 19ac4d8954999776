"""Where synthetic rows come from, other than a language model."""
