"""`python -m clinlead.intake.apart TOKEN NUMBER`: load one confirmed upload, on its own."""

import sys


def main(token: str, number: str) -> None:
    from clinlead.cli import start_django

    start_django()
    from clinlead.intake.models import Load
    from clinlead.intake.pending import find_upload, run

    load = Load.objects.select_related("loaded_by").get(number=number)
    pending = find_upload(token, load.loaded_by_id or 0)
    if pending is not None:
        run(pending, load)


if __name__ == "__main__":
    main(*sys.argv[1:])
