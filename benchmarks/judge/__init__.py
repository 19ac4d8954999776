"""Judges of synthetic loans that hold no generator's hand: the same numbers for every one."""
