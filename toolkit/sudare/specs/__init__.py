"""The record: model, reading, writing, signatures, coverage of the five standards."""

from sudare.specs.checking import Checked, check_document, check_file, walk
from sudare.specs.json_schema import model_schema, spec_schema
from sudare.specs.reading import Document, parse_spec, read_spec
from sudare.specs.signatures import content_hash, signed
from sudare.specs.spec import Spec
from sudare.specs.writing import changed_spec, dump_spec

__all__ = [
    "Checked",
    "Document",
    "Spec",
    "changed_spec",
    "check_document",
    "check_file",
    "content_hash",
    "dump_spec",
    "model_schema",
    "parse_spec",
    "read_spec",
    "signed",
    "spec_schema",
    "walk",
]
