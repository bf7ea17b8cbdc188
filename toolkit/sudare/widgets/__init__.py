"""The desk: widgets and charts for the notebook. Thin: what it does is done by the rooms below."""
