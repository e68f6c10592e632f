"""The gate before a release: what must hold, what is missing, and who can mend it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from clinlead.releases.totals import TotalFacts

GRADES = "ABCD"
MOST_NAMED = 4  # months that are named in the gate; the others are counted


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One thing the gate asks for. `missing` and `who` are empty once it is passed."""

    code: str
    words: str
    passed: bool
    missing: str = ""
    who: str = ""
    note: str = ""  # worth knowing although it is passed


@dataclass(frozen=True, kw_only=True)
class MonthFacts:
    """The data behind one month of one measure. No grade: nothing could be asked of them."""

    measure: str  # its title
    month: str  # in words
    grade: str
    because: str

    @property
    def words(self) -> str:
        if not self.grade:
            return f"{self.measure}, {self.month}: not graded. {self.because}"
        return f"{self.measure}, {self.month}: grade {self.grade}. {self.because}"


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Figures that the department's clinical director does not decide, by whose own they are."""

    leads: int = 0  # the chief's to decide
    directors_cases: int = 0  # a chief's or a medical director's: a medical director's to decide
    nobodys: int = 0  # of these, with no medical director but the one whose own they are

    @property
    def all(self) -> int:
        return self.leads + self.directors_cases


NOWHERE_ELSE = Elsewhere()


@dataclass(frozen=True, kw_only=True)
class GateFacts:
    """Everything the gate looks at, gathered on one day."""

    on: date
    figures: int
    window_closes_on: date | None
    grades: tuple[str, ...]  # of the loads behind the figures; "" = not graded
    lowest_grade: str
    months: tuple[MonthFacts, ...]  # of each measure, by the data that it reads
    totals: tuple[TotalFacts, ...]
    overdue_challenges: int
    open_challenges: int  # not overdue
    checked: bool  # by an analyst, and the figures have not changed since
    check_lapsed: bool = False  # checked, but the figures changed afterwards
    signals: int = 0
    to_interpret: int = 0
    to_sign_off: int = 0  # interpretation apart
    own_challenges: int = 0  # a lead's or chief's own, overdue or not: settled above them
    own_to_interpret: Elsewhere = NOWHERE_ELSE  # among them, those decided above the lead
    own_to_sign_off: Elsewhere = NOWHERE_ELSE


def gate(facts: GateFacts) -> tuple[Criterion, ...]:
    """Each criterion in the order in which people meet it."""
    return tuple(criterion(facts) for criterion in CRITERIA)


def is_open(criteria: tuple[Criterion, ...]) -> bool:
    return all(criterion.passed for criterion in criteria)


def figures_there(facts: GateFacts) -> Criterion:
    return criterion(
        "figures",
        "There are figures whose months are complete",
        "" if facts.figures else "No month of this period is complete yet, so nothing can go out.",
        "A BI analyst loads the missing data; the lag of each measure is in its definition.",
    )


def window_closed(facts: GateFacts) -> Criterion:
    closes = facts.window_closes_on
    missing = ""
    if closes is None:
        missing = "Owners have not been asked to check their records: no window was opened."
    elif closes >= facts.on:
        missing = f"Owners can check their records until {in_words(closes)}."
    who = "The clinical director or an analyst opens it." if closes is None else "It closes itself."
    return criterion("window", "The time for owners to check their records is over", missing, who)


def quality_good_enough(facts: GateFacts) -> Criterion:
    poor = [grade or "none" for grade in facts.grades if is_poor(grade, facts)]
    missing = ""
    if not facts.grades:
        missing = "No load is behind these months."
    elif poor:
        missing = f"A load behind these months has grade {', '.join(sorted(set(poor)))}."
    return criterion(
        "quality",
        f"Every load behind the figures has quality grade {facts.lowest_grade} or better",
        missing,
        "A BI analyst mends the load or loads it again.",
    )


def months_good_enough(facts: GateFacts) -> Criterion:
    """Loads are graded as a whole; this looks at each month by what its measure reads of it."""
    poor = [each for each in facts.months if is_poor(each.grade, facts)]
    missing = " ".join(each.words for each in poor[:MOST_NAMED])
    if not facts.months:
        missing = "There is no month of a measure to grade yet."
    if len(poor) > MOST_NAMED:
        left = len(poor) - MOST_NAMED
        missing += f" And {left} {plural(left, 'month')} more, on the figures’ own pages."
    return criterion(
        "months",
        f"Each month of each measure rests on data of grade {facts.lowest_grade} or better",
        missing,
        "Whoever answers for the rows mends them at the source, and an analyst loads them again or "
        "accepts them as they are, with a reason.",
    )


def is_poor(grade: str, facts: GateFacts) -> bool:
    """Whether a grade is below what this trust lets go out; no grade is no pass."""
    return not grade or grade not in GRADES[: GRADES.index(facts.lowest_grade) + 1]


def totals_reconciled(facts: GateFacts) -> Criterion:
    left = [total.open_because for total in facts.totals if total.open_because]
    return criterion(
        "totals",
        "Control totals are entered, and every difference beyond the tolerance is explained",
        " ".join(left),
        "A BI analyst enters and explains them.",
        " ".join(f"{total.name}: {total.stands}" for total in facts.totals if total.percent),
    )


def challenges_settled(facts: GateFacts) -> Criterion:
    count, still = facts.overdue_challenges, facts.open_challenges
    missing = f"{count} {plural(count, 'challenge')} overdue." if count else ""
    note = ""
    if still:
        note = (
            f"{still} {plural(still, 'challenge')} still open and not overdue: the figures go out "
            "marked, with and without the records in question."
        )
    who = "The clinical director settles them with an analyst"
    if facts.own_challenges:
        who += "; those about their own records, or of somebody above them, go to whoever is above"
    return criterion("challenges", "No challenge is overdue", missing, f"{who}.", note)


def checked_by_analyst(facts: GateFacts) -> Criterion:
    missing = "" if facts.checked else "The BI check is not done."
    if facts.check_lapsed:
        missing = "The figures changed after the BI check, so it must be done again."
    return criterion("check", "A BI analyst has checked the figures", missing, "A BI analyst.")


def signals_interpreted(facts: GateFacts) -> Criterion:
    left = facts.to_interpret
    missing = f"{left} {plural(left, 'figure')} with a signal not interpreted." if left else ""
    note = "" if facts.signals else "No figure has a signal."
    words = "Each figure with a signal, over time or beside colleagues, is interpreted"
    return criterion("interpretation", words, missing, deciders(facts.own_to_interpret), note)


def signed_off(facts: GateFacts) -> Criterion:
    left = facts.to_sign_off
    missing = f"{left} {plural(left, 'figure')} not signed off." if left else ""
    return criterion(
        "sign-off", "Every figure is signed off", missing, deciders(facts.own_to_sign_off)
    )


CRITERIA: tuple[Callable[[GateFacts], Criterion], ...] = (
    figures_there,
    window_closed,
    quality_good_enough,
    months_good_enough,
    totals_reconciled,
    challenges_settled,
    checked_by_analyst,
    signals_interpreted,
    signed_off,
)


def criterion(code: str, words: str, missing: str, who: str, note: str = "") -> Criterion:
    """Passed when nothing is missing; who can act is said only while somebody must."""
    return Criterion(
        code=code,
        words=words,
        passed=not missing,
        missing=missing,
        who=who if missing else "",
        note=note if not missing else "",
    )


def deciders(own: Elsewhere) -> str:
    """Who decides, and how many go past the lead."""
    return "; ".join(["The clinical director", *past_the_lead(own)]) + "."


ABOVE = "of a chief of service’s or medical director’s own"


def past_the_lead(own: Elsewhere) -> list[str]:
    """How many go to whom: a lead's own, a chief's, and a medical director's."""
    said = []
    if own.leads:
        said.append(f"{own.leads} of their own {goes(own.leads)} to the chief of service")
    if led := own.directors_cases - own.nobodys:
        said.append(f"{led} {ABOVE} {goes(led)} to a medical director")
    if left := own.nobodys:
        said.append(
            f"{left} {ABOVE} {waits(left)} until a second or deputy medical director is named: a "
            "system administrator proposes one under Roles"
        )
    return said


def goes(count: int) -> str:
    return "goes" if count == 1 else "go"


def waits(count: int) -> str:
    return "waits" if count == 1 else "wait"


def plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"


def in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
