"""What a table is like, found in its rows: kinds, rules, formulas and settings as drafts."""
