"""Shows a chart without a network: as a Vega-Lite specification, as a picture, and in words."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from sudare.widgets.charts_look import TEXT

if TYPE_CHECKING:
    import ipywidgets

    from sudare.widgets.charts_look import Drawn

VEGA_LITE = "application/vnd.vegalite.v6+json"
_VERSION = "6.4"  # of Vega-Lite, which Altair 6 writes and vl-convert draws


@dataclass(frozen=True)
class ShownChart:
    """A chart as a notebook shows it. `words` is its title and what it says; the picture carries them too."""

    specification: dict[str, Any] = field(repr=False)
    words: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        _ = include, exclude  # a notebook takes from the bundle what it can show
        return {VEGA_LITE: self.specification, "image/svg+xml": self.picture(), "text/plain": self.words}

    def picture(self) -> str:
        """Return the chart as SVG with a title and a description; it reaches out for nothing."""
        import vl_convert

        drawn = vl_convert.vegalite_to_svg(self.specification, vl_version=_VERSION)
        name = hashlib.sha256(json.dumps(self.specification, sort_keys=True).encode("utf-8")).hexdigest()[:12]
        head, rest = drawn.split(">", 1)
        title = escape(str(self.specification.get("title", {}).get("text", "")))
        said = f'<title id="t{name}">{title}</title><desc id="d{name}">{escape(self.words)}</desc>'
        return f'{head} role="img" aria-labelledby="t{name} d{name}">{said}{rest}'

    def widget(self) -> ipywidgets.HTML:
        """Return the picture as a widget that takes the colour of the text around it."""
        import ipywidgets

        return ipywidgets.HTML(self.picture().replace(TEXT, "currentColor"))


def shown_chart(chart: Drawn) -> ShownChart:
    """Make a chart ready to be shown, offline too.

    >>> from sudare.language import Text
    >>> from sudare.profiles import Bar, Distribution
    >>> from sudare.widgets.charts import bars
    >>> shown = shown_chart(bars(Text("性別", "sex"), Distribution((Bar(Text("女", "f"), 12),), 0, 0), lang="ja"))
    >>> shown.words
    '性別 1本の棒。最も多いのは女の12件。 どの棒も10件以上です。少ない値は隣かその他に合わせています。'
    """
    specification = chart.to_dict()
    return ShownChart(specification, str(specification.get("description", "")))
