"""Clinical measures: definitions, attribution, tallies, statistics and charts. No web framework, no clock."""
