"""Which clinician a record counts for, in millionths that sum to exactly one million."""
