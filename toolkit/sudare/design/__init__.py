"""A design in progress: edits, history, branches, live numbers, previews. No widget in it."""
