"""Other shapes a hospital's data comes in (OMOP CDM, FHIR), read into the data sets' columns."""

from clinmeasures.sources.archive import unpack
from clinmeasures.sources.collected import Collected
from clinmeasures.sources.fhir import is_fhir_file, read_fhir
from clinmeasures.sources.omop import is_omop_table, read_omop

__all__ = ["Collected", "is_fhir_file", "is_omop_table", "read_fhir", "read_omop", "unpack"]
