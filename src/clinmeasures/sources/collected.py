"""What a source of several data sets holds, ready to be checked data set by data set."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from clinmeasures.activity.staged import Staged


@dataclass(frozen=True, kw_only=True)
class Collected:
    """The data sets that a folder holds rows for, and what it holds that no data set takes."""

    source: str  # the name its loads have where nobody says another
    datasets: dict[str, Staged] = field(default_factory=dict)
    empty: dict[str, str] = field(default_factory=dict)  # data set → why there is no row for it
    notes: tuple[str, ...] = ()


# How sources name a vocabulary: OMOP by an identifier, FHIR by an address.
CALLED = {
    "snomed": "SNOMED CT",
    "http://snomed.info/sct": "SNOMED CT",
    "icd9cm": "ICD-9-CM",
    "http://hl7.org/fhir/sid/icd-9-cm": "ICD-9-CM",
    "http://hl7.org/fhir/sid/icd-10": "ICD-10",
    "icd10pcs": "ICD-10-PCS",
    "http://www.cms.gov/medicare/coding/icd10": "ICD-10-PCS",
    "http://loinc.org": "LOINC",
    "http://www.ama-assn.org/go/cpt": "CPT",
}
FIRST = 3  # vocabularies named in a note


def vocabularies_found(
    others: Iterable[tuple[str | None, int]], *, codes: int, wanted: str
) -> Iterator[str]:
    """Which vocabularies the codes are in that are not in the one that measures need.

    What a source does not say is not guessed from the look of a code.
    """
    counts: Counter[str] = Counter()
    for name, n in others:
        counts[CALLED.get((name or "").lower().rstrip("/"), name or "no stated vocabulary")] += n
    if counts:
        listed = ", ".join(f"{n:,} in {name}" for name, n in counts.most_common(FIRST))
        yield (
            f"{counts.total():,} of {codes:,} codes are not known to be {wanted} ({listed}): they "
            f"are kept as they are, and what needs {wanted} cannot be worked out from them."
        )


def digest_of(digests: Iterable[str]) -> str:
    """One digest for a source of several files."""
    return hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()
