"""Clinical measures: definitions, tallies, statistics, charts. No web framework, no clock."""
