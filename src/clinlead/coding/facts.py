"""What a checklist asks and the data answer: a sentence each, none where they do not."""

from collections.abc import Mapping, Sequence
from datetime import date
from statistics import median

from clinlead import __version__
from clinlead.coding.comparison import agreement_of
from clinlead.coding.counting import Case
from clinlead.coding.findings import Cohort, ThemeFound
from clinlead.coding.queries import Kept, kept_by
from clinlead.coding.reconciling import finished_by
from clinlead.coding.retrieving import Step, saturated_after, saturation
from clinlead.evaluation.models import Interview, Study

Given = Mapping[Case, frozenset[int]]
Finished = Mapping[int, Sequence[int]]  # a transcript, and who coded it to the end


def some(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def facts(
    study: Study, cohort: Cohort, themes: list[ThemeFound], counted_in: Given
) -> dict[str, str]:
    """By the name under which the checklists ask for it."""
    finished, kept = finished_by(study), kept_by(study)
    coders, twice = coders_of(finished)
    return {
        "title": study.title,
        "reflexive": reflexive(kept),
        "interviewed": cohort.sentence() if cohort.interviewed else "",
        "sample": cohort.sentence() if cohort.interviewed else "",
        "declined": declined(cohort),
        "duration": duration(study),
        "saturation": saturation_words(steps_of(counted_in)),
        "coders": coder_words(coders, twice),
        "codebook": codebook(kept),
        "agreement": agreement_words(study, finished) if twice else "",
        "software": f"Transcripts were coded and counted with Clinlead {__version__}.",
        **of_themes(themes),
    }


def of_themes(themes: list[ThemeFound]) -> dict[str, str]:
    quotes = sum(len(theme.quotes) for theme in themes)
    rows = [row for theme in themes for row in theme.rows]
    few = [row for row in rows if row.counted.share is not None and row.counted.share < 0.5]
    written = sum(bool(theme.summary.strip()) for theme in themes)
    return {
        "quotes": f"{some(quotes, 'quotation')}, each under its group and a number drawn afresh "
        "for each theme." if quotes else "",
        "rows": f"{some(len(rows), 'row')}, each with its own denominator and interval."
        if rows else "",
        "themes": f"{some(written, 'theme')}, each with a summary."
        if themes and written == len(themes) else "",
        "minor": f"{some(len(few), 'row')} said by fewer than half of those asked." if few else "",
    }  # fmt: skip


def reflexive(kept: Kept) -> str:
    """That they were kept; what they say is the evaluator's own."""
    memos = kept.reflexive
    return f"The evaluator kept {some(memos, 'reflexive memo')}." if memos else ""


def declined(cohort: Cohort) -> str:
    missing = [line for line in cohort.exclusions if "invited" in line]
    return f"Not interviewed: {'; '.join(missing)}." if missing else ""


def duration(study: Study) -> str:
    held = Interview.objects.filter(participant__study=study, minutes__isnull=False)
    minutes = sorted(each.minutes or 0 for each in held)
    if not minutes:
        return ""
    return (
        f"Interviews took {minutes[0]} to {minutes[-1]} minutes, half of them at most "
        f"{median(minutes):g} ({len(minutes)} with a recorded length)."
    )


def coders_of(finished: Finished) -> tuple[int, int]:
    """How many people finished transcripts, and how many transcripts two of them finished."""
    people = {coder for coders in finished.values() for coder in coders}
    return len(people), sum(len(coders) > 1 for coders in finished.values())


def coder_words(coders: int, twice: int) -> str:
    if not coders:
        return ""
    also = f"; {some(twice, 'transcript')} coded by both, blind to each other" if twice else ""
    return f"{some(coders, 'coder')}{also}."


def agreement_words(study: Study, finished: Finished) -> str:
    """Of two coders before they settled; nothing where only one coded, which some traditions do."""
    found = agreement_of(study, finished)
    if found is None:
        return ""
    over_all = found.overall
    kappa = "" if over_all.kappa is None else f", Cohen’s kappa {over_all.kappa:.2f}"
    alpha = "" if over_all.alpha is None else f", Krippendorff’s alpha {over_all.alpha:.2f}"
    return (
        f"Two coders, blind to each other, coded {some(found.transcripts, 'transcript')} "
        f"({some(found.lines, 'line')}): before they settled, agreement over all codes was "
        f"{100 * (over_all.agreement or 0):.0f}%{kappa}{alpha}."
    )


def codebook(kept: Kept) -> str:
    said = f"Codebook version {kept.version} with {some(kept.codes, 'code')}."
    return said if kept.codes else ""


def steps_of(counted_in: Given) -> list[Step]:
    """The saturation curve, in the order in which interviews were held."""
    in_time = sorted(counted_in, key=lambda case: (case.held_on or date.min, case.number))
    return saturation(in_time, counted_in)


def saturation_words(steps: list[Step]) -> str:
    if not steps:
        return ""
    enough = saturated_after(steps)
    last = max((n for n, step in enumerate(steps, start=1) if step.new), default=0)
    found = f"The last new code came with interview {last} of {len(steps)}"
    if enough is None:
        return f"{found}; saturation (two interviews with at most 5% new codes) was not reached."
    return f"{found}; saturation (two interviews with at most 5% new codes) after {enough}."
