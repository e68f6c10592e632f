"""The preview of an upload: its first rows, or why there is none."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from clinlead.intake.loading import with_mapping
from clinlead.intake.pending import Pending
from clinmeasures.activity.preview import Preview, preview
from clinmeasures.errors import BadInput


def preview_of(asked: Pending, *, at: datetime) -> tuple[Preview | None, str]:
    """The preview, or the sentence that says why the file cannot be read so."""
    try:
        extract = with_mapping(asked.extract())
        found = preview(
            asked.file,
            asked.dataset,
            extract.mapping,
            today=timezone.localtime(at).date(),
            timezone=settings.CONFIGURATION.timezone,
            work=asked.place,
            sheet=asked.sheet,
        )
    except BadInput as error:
        return None, str(error).replace(f"beginning-{asked.file_name}", asked.file_name)
    return found, ""
