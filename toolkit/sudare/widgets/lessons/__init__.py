"""The lessons: numbered examples, rows of Table 1 and a real table, worked through without code. Thin, as the desk is."""
