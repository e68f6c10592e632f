"""Words that say who somebody is, found in plain text."""

from clinlead.identifying.finding import find, why_identifying
from clinlead.identifying.names import Roster
from clinlead.identifying.sorts import Finding, Sort

__all__ = ["Finding", "Roster", "Sort", "find", "why_identifying"]
