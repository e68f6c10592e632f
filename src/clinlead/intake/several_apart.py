"""`python -m clinlead.intake.several_apart TOKEN ACCOUNT`: go on with one upload, on its own."""

import sys


def main(token: str, account_id: str) -> None:
    from clinlead.cli import start_django

    start_django()
    from clinlead.intake.several_running import run
    from clinlead.intake.several_uploads import find_several

    upload = find_several(token, int(account_id))
    if upload is not None:
        run(upload)


if __name__ == "__main__":
    main(*sys.argv[1:])
