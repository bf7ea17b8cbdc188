"""Signatures: each binds a person and a date to the hash of everything above the approvals."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from typing import TYPE_CHECKING

from sudare.errors import Problem
from sudare.language import Text
from sudare.specs.spec import Approval
from sudare.specs.writing import changed_spec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sudare.specs.reading import Document

_APPROVALS = re.compile(r"^approvals:", re.MULTILINE)


def content_hash(text: str) -> str:
    """Return the hash of everything above the line `approvals:`, so that a signature does not change it.

    Line ends count as LF, and space at the very end does not count, so that a copy through Windows stays signed.

    >>> content_hash("sudare: 1\\n") == content_hash("sudare: 1\\r\\napprovals:\\n  - {}\\n")
    True
    """
    lines = text.replace("\r\n", "\n")
    found = _APPROVALS.search(lines)
    above = lines[: found.start()] if found else lines
    return "sha256:" + hashlib.sha256((above.rstrip() + "\n").encode()).hexdigest()


def signed(document: Document, by: str, *, on: date, until: date | None = None) -> Document:
    """Return the document with a person's approval of it as it stands."""
    given = {"by": f"{by} {on.isoformat()}", "of": content_hash(document.text)}
    approval = Approval.model_validate({**given, **({"until": until} if until else {})})
    spec = document.spec.model_copy(update={"approvals": (*document.spec.approvals, approval)})
    spec.model_fields_set.add("approvals")
    return changed_spec(document, spec)


def signature_problems(document: Document, today: date) -> Iterator[Problem]:
    """Say which approvals do not hold: of another content, or past their date."""
    found = _APPROVALS.search(document.text)
    if found and re.search(r"^[a-z_]+:", document.text[found.end() :], re.MULTILINE):
        yield Problem(
            "signature-place",
            "approvals",
            Text("approvals の後に他の項目があります。", "something follows `approvals`."),
            Text("approvals を最後に置いてください。", "Put `approvals` last."),
        )
    for n, approval in enumerate(document.spec.approvals):
        if approval.of != content_hash(document.text):
            yield Problem(
                "signature-broken",
                f"approvals[{n}]",
                Text("承認の後で内容が変わっています。", "the content changed after this approval."),
                Text("内容を確かめ、承認をやり直してください。", "Review the content and have it approved again."),
            )
        if approval.until is not None and approval.until < today:
            yield Problem(
                "signature-expired",
                f"approvals[{n}]",
                Text("承認の期限が過ぎています。", "the approval has expired."),
                Text("承認をやり直してください。", "Have it approved again."),
            )
