"""What all figures share: size, colours, legend, and the bytes they are saved as."""

import io
import textwrap
from collections.abc import Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

# Okabe and Ito's colours; the lightness differs too, and synthetic bars are hatched.
COLOURS = {"train": "#9DCBE8", "holdout": "#000000", "synthetic": "#D55E00"}
NAMES = {"train": "real (train)", "holdout": "real (holdout)", "synthetic": "synthetic"}
INK = "#333333"
STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#888888",
    "axes.axisbelow": True,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "likeness",
}
WIDTH = 5.6
styled = matplotlib.rc_context(STYLE)


def label(value: object, longest: int = 26) -> str:
    """A value as text for a figure: printable, on one line, at most `longest` characters."""
    text = "".join(c if c.isprintable() else " " for c in str(value)).strip()
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def blank(
    title: str, plot_height: float, *, left: float, width: float = WIDTH, bottom: float = 0.5
) -> tuple[Figure, Axes]:
    """A Figure with its title and one empty Axes of `plot_height` inches.

    `left` and `bottom` are the inches that tick labels need. Returns (figure, axes).
    """
    lines = textwrap.wrap(label(title, 200), int(width * 12)) or [""]
    top = 0.16 + 0.17 * len(lines) + 0.3
    height = top + plot_height + bottom
    figure = Figure(figsize=(width, height), facecolor="white")
    figure.text(0.1 / width, 1 - 0.08 / height, "\n".join(lines), va="top", weight="bold", size=10)
    box = (left / width, bottom / height, 1 - (left + 0.2) / width, plot_height / height)
    return figure, figure.add_axes(box)


def legend(figure: Figure, handles: Sequence) -> None:
    """A legend in one line between title and axes."""
    axes = figure.axes[0]
    anchor = (0.02, axes.get_position().y1 + 0.02 / figure.get_figheight())
    figure.legend(
        handles=list(handles),
        loc="lower left",
        bbox_to_anchor=anchor,
        ncols=4,
        frameon=False,
        borderpad=0.1,
        fontsize=8.5,
        columnspacing=1.4,
        handlelength=1.8,
    )


def nothing(title: str, why: str) -> Figure:
    """A Figure that says in words why there is nothing to draw."""
    figure, axes = blank(title, 0.5, left=0.2, bottom=0.1)
    axes.set_axis_off()
    axes.text(0, 0.5, label(why, 80), color=INK, va="center", transform=axes.transAxes)
    return figure


@styled
def svg(figure: Figure) -> bytes:
    """The Figure as SVG, the same bytes for the same numbers."""
    buffer = io.BytesIO()
    FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": "Likeness"})
    return buffer.getvalue()
