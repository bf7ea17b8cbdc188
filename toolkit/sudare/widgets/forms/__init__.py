"""Forms that derive from the models: labels, help, ranges, units, examples and faults, in both languages."""

from sudare.widgets.forms.form import Form
from sudare.widgets.forms.private_text import PrivateText

__all__ = ["Form", "PrivateText"]
