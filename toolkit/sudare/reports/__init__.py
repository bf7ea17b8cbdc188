"""What a run leaves for people to read beside the processed file: the report and the data dictionary."""

from sudare.reports.dictionary import write_dictionary
from sudare.reports.report import write_report
from sudare.reports.words import Parameter, parameters

__all__ = ["Parameter", "parameters", "write_dictionary", "write_report"]
