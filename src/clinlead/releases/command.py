"""`clinlead release list` and `clinlead release verify [ID]`."""

import argparse
import json
import sys

FEWEST_OF_A_DIGEST = 12  # characters that tell one release from all others


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    acts = parser.add_subparsers(dest="what", required=True, metavar="ACT")
    listed = acts.add_parser("list", help="every release, newest first")
    verified = acts.add_parser("verify", help="compute releases again and compare")
    verified.add_argument("id", nargs="?", help="one release's number or digest; without it, all")
    verified.add_argument(
        "--file", help="a CSV or Parquet file that was taken away: whether it still says the same"
    )
    due = acts.add_parser("prepare", help="begin the releases that the calendar says are due")
    for each in (listed, verified, due):
        each.add_argument("--json", action="store_true", help="print one JSON document")


def run(options: argparse.Namespace) -> int:
    """Exit status 0 when everything asked for holds, 1 where a release does not."""
    from clinlead.cli import start_django

    start_django()
    return {"list": list_all, "verify": verify_some, "prepare": prepare_due}[options.what](options)


def list_all(options: argparse.Namespace) -> int:
    from clinlead.releases.models import Release

    releases = [as_row(each) for each in Release.objects.select_related("department")]
    if options.json:
        print(json.dumps({"releases": releases}))
        return 0
    for row in releases:
        print(f"{row['id']:>5}  {row['department']:<20} {row['period']:<30} {row['state']}")
    print(f"{len(releases)} release{'' if len(releases) == 1 else 's'}.")
    return 0


def as_row(release) -> dict:
    return {
        "id": release.pk,
        "department": release.department.code,
        "first_month": release.first_month,
        "last_month": release.last_month,
        "period": str(release.period),
        "edition": release.edition,
        "state": release.state,
        "due_on": release.due_on.isoformat(),
        "released_at": release.released_at.isoformat() if release.released_at else None,
        "digest": release.digest or None,
    }


def verify_some(options: argparse.Namespace) -> int:
    """Compute each release again from the activity store and say how it compares."""
    found = file_verified(options.file) if options.file else releases_verified(options.id)
    if options.json:
        rows = [
            as_row(each) | {"answer": v.answer, "where": list(v.where), "note": v.note}
            for each, v in found
        ]
        print(json.dumps({"releases": rows}))
    else:
        report(found)
    return 0 if all(verified.holds for _, verified in found) else 1


def releases_verified(chosen: str | None) -> list[tuple]:
    """All releases that were made, or the one whose number or digest was given."""
    from clinlead.releases.models import Release, ReleaseState
    from clinlead.releases.verifying import verify
    from clinmeasures.errors import BadInput

    made = Release.objects.exclude(state=ReleaseState.PREPARING).select_related("department")
    if chosen is not None:
        made = named(made, chosen)
        if not made:
            raise BadInput(
                f"There is no release made with number {chosen}; see 'release list'. Of a digest, "
                f"give the first {FEWEST_OF_A_DIGEST} characters or more."
            )
    return [(each, verify(each)) for each in made]


def named(made, chosen: str):
    """Of these releases the one with this number, or with a digest that begins so."""
    if len(chosen) >= FEWEST_OF_A_DIGEST:
        return made.filter(digest__startswith=chosen)
    return made.filter(pk=int(chosen)) if chosen.isdecimal() else made.none()


def file_verified(path: str) -> list[tuple]:
    """The release that a file says it is of; what was changed in the file comes first."""
    from clinlead.releases import checking_files
    from clinlead.releases.verifying import Answer, Verified, few

    rows = checking_files.rows_of(path)
    found = releases_verified(checking_files.digest_in(rows, path))
    changed = few(f"the file: {each}" for each in checking_files.changes_to(found[0][0], rows))
    return [(found[0][0], Verified(Answer.DIFFERS, changed))] if changed else found


def report(found) -> None:
    for release, verified in found:
        note = f" ({verified.note})" if verified.note else ""
        print(f"{release.pk:>5}  {release}: {verified.answer}{note}")
        for place in verified.where:
            print(f"         {place}", file=sys.stderr)
    print(f"{len(found)} release{'' if len(found) == 1 else 's'} verified.")


def prepare_due(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from clinlead.releases.actions import prepare_due as begin

    begun = begin(at=timezone.now())
    if options.json:
        print(json.dumps({"releases": [as_row(each) for each in begun]}))
        return 0
    for each in begun:
        print(f"{each.pk:>5}  {each}")
    print(f"{len(begun)} release{'' if len(begun) == 1 else 's'} begun.")
    return 0
