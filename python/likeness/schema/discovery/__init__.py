"""What a table is like, found in its rows: kinds, domains, rules, formulas and settings as drafts."""
