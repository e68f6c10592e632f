"""How far people who code the same items agree."""

from clinmeasures.agreement.coders import Agreement, Agreements, agreement

__all__ = ["Agreement", "Agreements", "agreement"]
