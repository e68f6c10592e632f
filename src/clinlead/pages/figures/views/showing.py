"""What the figure pages have in common: one figure shown, and the records behind it listed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.module_loading import import_string

from clinlead.access.policies import Reader
from clinlead.figures.presenters import Period, usual_period, within
from clinlead.figures.queries import tallies
from clinlead.figures.records import records_behind
from clinlead.history.actions import record_reading
from clinlead.measures.models import DepartmentMeasure
from clinlead.measures.queries import chosen_by
from clinlead.organisation.models import Department
from clinlead.pages.figures.asked import Asked, asked_of
from clinlead.pages.figures.followed import followed
from clinlead.pages.figures.listing import columns_listed, definition_words, lines, newest_first
from clinlead.pages.figures.page import figure_page, months_of
from clinlead.pages.figures.subject import Subject
from clinlead.pages.figures.why import explanations

RECORDS_A_PAGE = 50


def reader_of_page(request: HttpRequest) -> Reader:
    return request.reader  # type: ignore[attr-defined]


def department_trail(department: Department) -> list[tuple[str, str]]:
    base = f"/departments/{department.code}/"
    return [("Home", "/"), (department.name, base), ("Figures", f"{base}figures/")]


def chosen(department: Department, measure: str, reader: Reader) -> DepartmentMeasure:
    return get_object_or_404(chosen_by([department], reader.on), measure__code=measure)


def shown(
    request: HttpRequest, subject: Subject, *, base: str, trail: list[tuple[str, str]]
) -> HttpResponse:
    definition = subject.definition
    asked = asked_of(request.GET.dict(), definition)
    reader, department = reader_of_page(request), subject.choice.department
    found = figure_page(subject, asked, reader.on, followed(reader, department, definition.code))
    note_named(request, subject, found.comparison.named)
    page: dict[str, Any] = {
        "page": found,
        "subject": subject,
        "asked": asked,
        "trail": trail,
        "records": f"{base}records/{asked.query()}" if subject.builds else "",
        "why": f"{base}why/" if subject.builds else "",
        "words": definition_words(definition),
        "seen": subject.seen,
        "goal": own_goal(subject),
        "purpose": request.GET.get("purpose", ""),
    }
    return render(request, "pages/figures/figure.html", page)


def own_goal(subject: Subject) -> str:
    """What its owner wants it to be, as a room above these pages keeps it; on no other's page."""
    if not subject.own:
        return ""
    return import_string(settings.OWN_GOAL)(subject.person, subject.definition)


def explained(
    request: HttpRequest, subject: Subject, *, base: str, trail: list[tuple[str, str]]
) -> HttpResponse:
    """What might explain the figure; asked for by its own page, the list alone."""
    months, found = explanations(subject, reader_of_page(request).on)
    page = {"months": months, "evidence": found, "subject": subject}
    page |= {"trail": [*trail, (subject.definition.title, base)]}
    alone = request.htmx  # type: ignore[attr-defined]
    template = "pages/figures/explained.html" if alone else "pages/figures/why.html"
    return render(request, template, page)


def note_named(request: HttpRequest, subject: Subject, people: Sequence[int]) -> None:
    """Log whose figures the comparison shows by name; they can see it."""
    if people:
        record_reading(
            at=timezone.now(),
            by_id=reader_of_page(request).account_id,
            about=people,
            object_kind="figure",
            object_id=f"{subject.choice.department.code}/{subject.definition.code}",
        )


def rows_behind(subject: Subject, asked: Asked, columns: Iterable[str] | None = None) -> list[Any]:
    """The records of the months asked for; of the usual months where none are named."""
    months = months_asked(subject, asked)
    return records_behind(
        subject.wanted(asked.rule or subject.choice.rule),
        [subject.unit],
        months=months,
        filters=asked.as_filters,
        columns=columns,
    )


def months_asked(subject: Subject, asked: Asked) -> list[str]:
    wanted = subject.wanted(asked.rule or subject.choice.rule)
    months = months_of(subject, tallies([wanted], [subject.unit])[wanted])
    return [each.month for each in within(months, asked.period(usual_period(months), months))]


def listed(
    request: HttpRequest, subject: Subject, *, base: str, trail: list[tuple[str, str]]
) -> HttpResponse:
    definition = subject.definition
    asked = asked_of(request.GET.dict(), definition)
    rows = newest_first(rows_behind(subject, asked, columns_listed(definition)), definition)
    pages = Paginator(rows, RECORDS_A_PAGE)
    here = pages.get_page(request.GET.get("page"))
    query = asked.query()
    page = {
        "definition": definition,
        "subject": subject,
        "asked": asked,
        "trail": trail,
        "count": len(rows),
        "counted": sum(bool(row["numerator"]) for row in rows),
        "months": months_span(rows),
        "lines": lines(here.object_list, definition, definition.record),
        "shares": any(row["weight_millionths"] != 1_000_000 for row in rows),
        "pager": here,
        "address": f"{query}&" if query else "?",
        "base": base,
        "file": f"{base}records.csv{query}" if subject.own else "",
    }
    return render(request, "pages/figures/records.html", page)


def months_span(rows: list[Any]) -> str:
    months = sorted(row["month"] for row in rows)
    return Period(first=months[0], last=months[-1]).in_words if months else ""
