"""Signatures: each binds a person and a date to the hash of everything above the approvals."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from sudare.errors import Problem
from sudare.language import Text
from sudare.specs.reading import load_yaml
from sudare.specs.spec import Approval
from sudare.specs.writing import changed_spec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sudare.specs.reading import Document

_APPROVALS = re.compile(r"^approvals:", re.MULTILINE)


def content_hash(text: str) -> str:
    r"""Return the hash of everything above the line `approvals:`, so that a signature does not change it.

    Line ends count as LF, and space at the very end does not count, so that a copy through Windows stays signed.

    >>> content_hash("sudare: 1\n") == content_hash("sudare: 1\r\napprovals:\n  - {}\n")
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


def holds(document: Document, approval: Approval) -> bool:
    """Say whether an approval is of the document as it stands. Its dates and its signer are not looked at."""
    return approval.of == content_hash(document.text) and _stands_last(document.text)


def signature_problems(document: Document, today: date) -> Iterator[Problem]:
    """Say which approvals do not hold: of another content, or past their date."""
    if document.spec.approvals and not _stands_last(document.text):
        yield Problem(
            "signature-place",
            "approvals",
            Text("approvals が最後の項目ではありません。", "`approvals` is not the last part."),
            Text(
                "approvals: を行の先頭に書き、最後に置いてください。",
                "Write `approvals:` at the beginning of a line and put it last.",
            ),
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


def _stands_last(text: str) -> bool:
    """Say whether the hash covers all but the approvals: YAML's own key is the line where the hash ends, and the last.

    Asked of the tree, not of the text: a key may be quoted, and a line of a long text may begin like a key.
    """
    tree = load_yaml(text)
    lines = text.replace("\r\n", "\n")
    found = _APPROVALS.search(lines)
    return (
        found is not None
        and list(tree)[-1] == "approvals"
        and tree.lc.key("approvals") == (lines.count("\n", 0, found.start()), 0)
    )
