"""The database's tables as this version has them: made at once where it is empty, else migrated."""

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import override_settings

QUIETLY = {"verbosity": 0, "interactive": False}


def bring_up_to_date() -> None:
    """Tables of this version, whatever was there; what was begun and killed is gone on with."""
    recorder = MigrationRecorder(connection)
    if recorder.applied_migrations():
        call_command("migrate", **QUIETLY)
    else:
        make_from_models()
        recorder.ensure_schema()
        note_migrations()
    call_command("createcachetable", verbosity=0)


def make_from_models() -> None:
    """All or none, and left where they are: migrating one by one takes ten times as long."""
    without = {each.label: None for each in apps.get_app_configs()}
    with override_settings(MIGRATION_MODULES=without):
        call_command("migrate", run_syncdb=True, **QUIETLY)


@transaction.atomic
def note_migrations() -> None:
    """That what each migration makes is there."""
    call_command("migrate", fake=True, **QUIETLY)
