"""Detectors that look at one column at a time: what its cells look like, and what its header says."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from sudare.findings.detector import Detector
from sudare.findings.finding import Finding
from sudare.findings.header import says
from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.findings.finding import Suggestion
    from sudare.findings.view import ColumnView, Share, View

_BY_BOTH = Text(
    "{label}とみられます。見出しの語と、値の {share} の形から。", "{label}: by the header and {share} of the cells."
)
_BY_CELLS = Text("{label}とみられます。値の {share} の形から。", "{label}: by {share} of the cells.")


class OneColumn(Detector):
    """A kind of column, known by the form of its cells, more surely where the header says so too.

    A column that an earlier detector claimed is passed over: each column is found as one thing.
    """

    words: ClassVar[tuple[str, ...]] = ()  # what headers say
    but: ClassVar[tuple[str, ...]] = ()  # words with which a header means something else
    alone: ClassVar[float | None] = 0.8  # share of cells from which on they are enough; None: never without a header
    beside: ClassVar[float] = 0.3  # share of cells that is enough beside a header
    fewest: ClassVar[int] = 1  # different values

    @abstractmethod
    def has_form(self, text: str) -> bool:
        """Say whether a cell has the form."""

    @abstractmethod
    def steps(self, column: ColumnView) -> tuple[Suggestion, ...]:
        """Suggest what answers the finding."""

    def fits(self, column: ColumnView, share: Share) -> bool:  # noqa: ARG002 - for those that ask more
        """Say whether a column of enough cells is one, looked at as a whole."""
        return True

    def is_named(self, header: str) -> bool:
        """Say whether a header says that the column is one."""
        return says(header, self.words, self.but)

    def told(self, column: ColumnView) -> Text:  # noqa: ARG002 - for those that have more to tell
        """Say more about what was found, without a value."""
        return Text("", "")

    @override
    def look(self, view: View, found: Sequence[Finding]) -> Iterator[Finding]:
        taken = {name for finding in found for name in finding.columns}
        for column in view:
            if column.name in taken:
                continue
            share = column.share(self.has_form)
            named = self.is_named(column.header)
            enough = (named and share.share >= self.beside) or (self.alone is not None and share.share >= self.alone)
            if not (share.hits and enough and len(column.sample) >= self.fewest and self.fits(column, share)):
                continue
            message = (_BY_BOTH if named else _BY_CELLS).fill(label=self.label, share=f"{share.share:.0%}")
            yield Finding(
                self.kind,
                (column.name,),
                self.standard,
                self.level,
                message.join(self.told(column)),
                confidence=(0.7 + 0.29 * share.share) if named else 0.4 + 0.4 * share.share,
                count=column.present,
                share=share.share,
                suggestions=self.steps(column),
            )
