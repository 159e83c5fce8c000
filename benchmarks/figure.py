"""A measured number and the bar that it has to reach."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is in `unit` and reaches the bar when it is at most `bar`; None when it could not be measured.

    A figure without a `bar` is for information. `detail` has the measurements behind `value`, or the
    reason why there is none.
    """

    what: str
    value: float | None
    unit: str
    bar: float | None
    detail: str

    @property
    def result(self) -> str:
        """The result in one or two words."""
        if self.value is None:
            return "not measured"
        if self.bar is None:
            return "no bar"
        return "pass" if self.value <= self.bar else "MISS"

    def plain(self) -> dict[str, object]:
        """The figure as JSON data."""
        return {**asdict(self), "result": self.result}


def table(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = ["| what | measured | bar | | made of |", "|---|---|---|---|---|"]
    for figure in figures:
        measured = "-" if figure.value is None else f"{figure.value:.3g} {figure.unit}"
        bar = "-" if figure.bar is None else f"<= {figure.bar:g} {figure.unit}"
        lines.append(f"| {figure.what} | {measured} | {bar} | {figure.result} | {figure.detail} |")
    return "".join(f"{line}\n" for line in lines)
