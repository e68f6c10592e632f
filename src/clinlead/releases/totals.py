"""A measure's records against a total from elsewhere: the difference in plain words. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from clinlead.access.policies import Reason, Refusal
from clinmeasures.wording.units import in_figures


@dataclass(frozen=True, kw_only=True)
class TotalFacts:
    """One measure against a total from elsewhere. None: nothing entered, or no such total."""

    measure: str  # its title
    month: str = ""  # in words; blank for the whole period
    entered: bool = False
    theirs: int | None = None
    ours_then: int = 0  # when it was entered
    ours_now: int = 0
    explained: bool = False
    tolerance: float = 0.0  # percent of theirs that may differ without a reason

    @property
    def name(self) -> str:
        return f"{self.measure}, {self.month}" if self.month else self.measure

    @property
    def percent(self) -> float:
        """How far ours is from theirs, in percent of theirs; all of it where theirs is none."""
        if self.theirs is None:
            return 0.0
        apart = abs(self.ours_now - self.theirs)
        return 100.0 * apart / self.theirs if self.theirs else 100.0 * bool(apart)

    @property
    def agrees(self) -> bool:
        """Whether they are the same, or no further apart than the trust lets them be."""
        return self.theirs is not None and self.percent <= self.tolerance

    @property
    def difference(self) -> str:
        """Ours beside theirs: "ours is 498 and theirs 512, 14 fewer (2.7%)"."""
        if self.theirs is None:
            return "there is no total to compare with"
        apart = self.ours_now - self.theirs
        both = f"ours is {in_figures(self.ours_now)} and theirs {in_figures(self.theirs)}"
        if not apart:
            return f"{both}, the same"
        way = "more" if apart > 0 else "fewer"
        return f"{both}, {in_figures(abs(apart))} {way} ({in_figures(self.percent, 1)}%)"

    @property
    def stands(self) -> str:
        """The comparison as it stands, whether anything is left to do or not."""
        if self.theirs is None or self.theirs == self.ours_now:
            return f"{self.difference}."
        if self.agrees:
            return f"{self.difference}, within the {in_figures(self.tolerance)}% allowed."
        return f"{self.difference}; {'explained' if self.explained else 'not explained'}."

    @property
    def open_because(self) -> str:
        """What is left to do, or nothing."""
        if not self.entered:
            return f"{self.name}: no control total entered."
        if self.agrees:
            return ""
        if self.ours_then != self.ours_now:
            return (
                f"{self.name}: our total was {in_figures(self.ours_then)} when the control total "
                f"was entered and is {in_figures(self.ours_now)} now."
            )
        if self.explained:
            return ""
        if self.theirs is None:
            return f"{self.name}: why there is no total is not explained."
        allowed = f", more than the {in_figures(self.tolerance)}% allowed" * bool(self.tolerance)
        return f"{self.name}: {self.difference}{allowed}; the difference is not explained."


@dataclass(frozen=True, kw_only=True)
class TotalSaid:
    """One measure's totals from elsewhere. None, and no month: no such total exists, and why."""

    measure: str
    source: str = ""
    theirs: int | None = None  # of the whole period
    explained: str = ""
    months: Mapping[str, int] = field(default_factory=dict)

    @property
    def by_month(self) -> dict[str, int | None]:
        """Each total by its month; blank for the whole period, where it was said or none was."""
        whole: dict[str, int | None] = {"": self.theirs}
        return (whole if self.theirs is not None or not self.months else {}) | dict(self.months)


Ours = Mapping[str, Mapping[str, int]]  # measure → month (blank: the whole period) → records


def why_not_total(said: TotalSaid, ours: Ours) -> Refusal | None:
    """Why a measure's totals cannot be kept as they were said."""
    if said.measure not in ours:
        return Refusal(Reason.WRONG_STAGE, "There is no such measure in this release.")
    if set(said.months) - set(ours[said.measure]):
        return Refusal(Reason.WRONG_STAGE, "A total is of a month that is not in this release.")
    given = said.theirs is not None or bool(said.months)
    if not given and not said.explained.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why there is no total to compare with.")
    if given and not said.source.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say where the control total is from.")
    if apart := do_not_add_up(said, ours[said.measure]):
        return Refusal(Reason.WRONG_STAGE, apart)
    return None


def do_not_add_up(said: TotalSaid, months: Iterable[str]) -> str:
    """That the months' totals make another than the period's, where all of them were said."""
    named, summed = {month for month in months if month}, sum(said.months.values())
    if said.theirs is None or set(said.months) != named or summed == said.theirs:
        return ""
    return (
        f"The months’ totals add up to {in_figures(summed)} and the period’s is "
        f"{in_figures(said.theirs)}: one of them is wrong."
    )
