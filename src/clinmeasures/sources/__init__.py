"""Other shapes a hospital's data comes in (OMOP CDM, FHIR), read into the data sets' columns."""

from clinmeasures.sources.collected import Collected
from clinmeasures.sources.fhir import read_fhir
from clinmeasures.sources.omop import read_omop

__all__ = ["Collected", "read_fhir", "read_omop"]
