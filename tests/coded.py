"""A coded study of the small trust's evaluator: the published one, as it is included."""

from clinlead.access.models import Account
from clinlead.access.policies import Role
from clinlead.coding.example.including import include_example
from clinlead.coding.marking import code_passage, finish
from clinlead.coding.memos import About, write_memo
from clinlead.coding.models import Coding, Quote, Row, Theme, Work
from clinlead.coding.opening import open_to
from clinlead.coding.results.publishing import Preface, publish
from clinlead.evaluation.models import Study
from people import AT, Trust, give


def transcripts(trust: Trust, study: Study) -> dict[str, object]:
    """One to code with a coding; one that both finished, with a difference left."""
    open_one, both = study.transcripts.all()[:2]
    Work.objects.filter(transcript__in=[open_one, both]).delete()
    second = a_second_coder(trust)
    code = study.codes.last()
    given = code_passage(transcript=open_one, code=code, start=0, end=9, by=trust.evaluator, at=AT)
    open_to(transcript=both, coder=second, by=trust.evaluator, at=AT)
    code_passage(transcript=both, code=code, start=0, end=9, by=second, at=AT)
    for coder in (second, trust.evaluator):
        finish(transcript=both, by=coder, at=AT)
    memo = write_memo(study=study, about=About(), text="Mine", by=trust.evaluator, at=AT)
    return {
        "to_code": open_one.pk,
        "own_coding": given.pk,
        "settling": both.pk,
        "second_coder": second.pk,
        "memo": memo.pk,
    }


def a_second_coder(trust: Trust) -> Account:
    """Another independent evaluator."""
    trust.accounts["secondcoder"] = Account.objects.create_user("second coder", password="demo")
    give(trust, "secondcoder", Role.EVALUATOR)
    return trust.accounts["secondcoder"]


def published(trust: Trust, study: Study, **words: str):
    """What was found, for all staff."""
    preface = Preface(read_through=True, **words)
    return publish(study=study, preface=preface, by=trust.evaluator, at=AT)


def in_world(trust: Trust) -> dict[str, object]:
    """The parts of addresses of its pages."""
    study = include_example(by=trust.evaluator, at=AT)
    theme = Theme.objects.filter(study=study).first()
    made = published(trust, study)
    return {
        "published_quote": made.quotes.first().pk,
        "coded": study.pk,
        "theme": theme.pk,
        "theme_row": Row.objects.filter(theme=theme).first().pk,
        "theme_quote": Quote.objects.filter(theme=theme).first().pk,
        "theme_code": study.codes.last().pk,
        "theme_coding": Coding.objects.filter(code__study=study).first().pk,
        **transcripts(trust, study),
    }
