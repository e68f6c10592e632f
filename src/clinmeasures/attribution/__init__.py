"""Which clinician a record counts for, in millionths that sum to exactly one million."""

from clinmeasures.attribution.rules import RULES, UNATTRIBUTED, WHOLE, Rule, rules_for

__all__ = ["RULES", "UNATTRIBUTED", "WHOLE", "Rule", "rules_for"]
