"""A study's report, put together from what stands in the database."""

from clinlead.coding.checklist import checklist
from clinlead.coding.facts import facts
from clinlead.coding.found import cohort_of, themes_of
from clinlead.coding.queries import given
from clinlead.coding.report import Content, Report, report
from clinlead.evaluation.models import Study


def content_of(study: Study) -> Content:
    counted_in = given(study)
    cohort, themes = cohort_of(study, counted_in), themes_of(study, counted_in)
    parts = study.report_parts.exclude(text="")
    written = dict(parts.values_list("name", "text"))
    known = facts(study, cohort, themes, counted_in)
    return Content(
        title=study.title,
        cohort=cohort,
        themes=themes,
        written=written,
        facts=known,
        checklist=checklist(known, written),
    )


def report_of(study: Study) -> Report:
    return report(content_of(study))
