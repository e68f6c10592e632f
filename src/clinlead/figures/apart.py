"""`python -m clinlead.figures.apart NUMBER`: compute one wording of a measure, on its own."""

import sys


def main(number: str) -> None:
    from clinlead.cli import start_django

    start_django()
    from django.utils import timezone

    from clinlead.figures.models import Computing
    from clinlead.figures.versions import run

    run(Computing.objects.get(pk=int(number)), timezone.now())


if __name__ == "__main__":
    main(*sys.argv[1:])
