"""`clinlead case-mix`: fit a model, give one, put a version in force, and list what there is."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from clinmeasures.errors import BadInput


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    fit = acts.add_parser("fit", help="fit a model on the trust's own records")
    fit.add_argument("code", help="the measure that it foresees")
    fit.add_argument("--covariates", metavar="A,B", help="what it knows of a patient")
    give = acts.add_parser("give", help="judge a model from elsewhere, and keep it")
    give.add_argument("code", help="the measure that it foresees")
    give.add_argument("file", type=Path, help="of clinmeasures freeze, or a CSV of coefficients")
    for each in (fit, give):
        each.add_argument("--records", metavar="DATE..DATE", required=True, help="of which days")
        each.add_argument("--because", required=True, help="why; it stands beside the model")
        each.add_argument("--use", action="store_true", help="put it in force at once")
    use = acts.add_parser("use", help="put a version in force, and compute figures beside it")
    use.add_argument("code")
    use.add_argument("version", type=int)
    use.add_argument("--because", required=True, help="why this version")
    acts.add_parser("list", help="every model and version")


def run(options: argparse.Namespace) -> int:
    """Do one act; a model is made at once, not in the background."""
    from clinlead.cli import start_django

    start_django()
    return {"fit": made, "give": made, "use": used, "list": listed}[options.act](options)


def made(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from clinlead.background.models import Job
    from clinlead.background.working import do_now
    from clinlead.casemix.actions import FIT, ask
    from clinlead.casemix.models import Fitting

    asked = ask(asking=asking_of(options), by=None, at=timezone.now())
    do_now(Job.objects.get(kind=FIT, key=str(asked.pk)))
    asked = Fitting.objects.select_related("made").get(pk=asked.pk)
    if asked.made is None:
        raise BadInput(asked.failed_because or "The model was not made; see the server's log.")
    print(f"Frozen: {asked.made} ({asked.made.digest[:16]}).")
    return put_in_force(asked.made, options.because) if options.use else 0


def asking_of(options: argparse.Namespace) -> Any:
    from clinlead.casemix.actions import Asking
    from clinlead.casemix.covariates import USUAL, refuse_unknown
    from clinlead.casemix.giving import family_of, model_in

    family_of(options.code)
    first, last = days_of(options.records)
    asked: dict[str, Any] = {"covariates": USUAL}
    if options.act == "give":
        asked = {
            "given": model_in(content_of(options.file), name=str(options.file), code=options.code)
        }
    elif options.covariates:
        asked = {"covariates": options.covariates.replace(" ", "").split(",")}
        refuse_unknown(asked["covariates"])
    return Asking(
        code=options.code, first_day=first, last_day=last, because=options.because, **asked
    )


def content_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read ({error.strerror}).") from error


def days_of(text: str) -> tuple[date, date]:
    try:
        first, last = (date.fromisoformat(part) for part in text.split(".."))
    except ValueError as error:
        raise BadInput(f"--records is {text!r}; write it as 2024-01-01..2025-12-31.") from error
    if last < first:
        raise BadInput(f"--records ends before it begins: {text}.")
    return first, last


def used(options: argparse.Namespace) -> int:
    from clinlead.casemix.models import CaseMixModel

    found = CaseMixModel.objects.filter(code=options.code, version=options.version).first()
    if found is None:
        raise BadInput(f"There is no version {options.version} of a model {options.code}.")
    return put_in_force(found, options.because)


def put_in_force(model: Any, because: str) -> int:
    from django.utils import timezone

    from clinlead.background.models import Job
    from clinlead.background.working import do_now
    from clinlead.casemix import actions

    actions.put_in_force(model_id=model.pk, because=because, by=None, at=timezone.now())
    job = Job.objects.get(kind=actions.FIGURES, key=model.code)
    do_now(job)
    job.refresh_from_db()
    print(f"In force: {model}. {job.result or job.reason}")
    return 0 if job.result else 1


def listed(_options: argparse.Namespace) -> int:
    from clinlead.casemix.models import CaseMixModel

    for each in CaseMixModel.objects.defer("content", "judged"):
        print(f"{each}{' (in force)' if each.in_force else ''}: {each.because}")
    return 0
