"""Free texts: their shape as steps of the sequence, then words and characters given others."""
