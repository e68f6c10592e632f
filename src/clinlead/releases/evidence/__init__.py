"""Why might a figure look like this? Each possible explanation, with the evidence there is."""

from clinlead.releases.evidence.examined import Examined
from clinlead.releases.evidence.gathering import evidence_for, examined_draft

__all__ = ["Examined", "evidence_for", "examined_draft"]
