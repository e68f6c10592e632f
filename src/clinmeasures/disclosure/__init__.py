"""Small numbers kept from showing, in a table and in its totals."""

from clinmeasures.disclosure.suppressing import RULES, Rule, Suppressed, disclose

__all__ = ["RULES", "Rule", "Suppressed", "disclose"]
