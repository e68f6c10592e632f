from hypothesis import given
from hypothesis import strategies as st

from clinlead.history.chain import (
    START,
    Link,
    as_ranges,
    commitment_to,
    digest_of,
    first_break,
    numbers_in,
)

FACTS = st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=8), max_size=4)


def chain_of(all_facts: list[dict]) -> list[Link]:
    links, previous = [], START
    for number, facts in enumerate(all_facts, start=1):
        salt = f"{number:064x}"
        commitment = commitment_to(facts, salt)
        digest = digest_of(number, previous, commitment)
        links.append(
            Link(
                number=number,
                previous=previous,
                commitment=commitment,
                digest=digest,
                salt=salt,
                facts=facts,
            )
        )
        previous = digest
    return links


def changed(link: Link, **change) -> Link:
    return Link(**{**vars(link), **change})


@given(st.lists(FACTS, max_size=6))
def test_an_untouched_chain_holds(all_facts):
    assert first_break(chain_of(all_facts)) is None


@given(st.lists(FACTS, min_size=1, max_size=6), st.data())
def test_a_changed_fact_is_found_where_it_was_changed(all_facts, data):
    links = chain_of(all_facts)
    at = data.draw(st.integers(0, len(links) - 1))
    links[at] = changed(links[at], facts={**links[at].facts, "a new key": "tampered"})
    assert first_break(links).number == at + 1


@given(st.lists(FACTS, min_size=2, max_size=6))
def test_a_dropped_entry_is_found(all_facts):
    links = chain_of(all_facts)
    del links[-2]
    assert first_break(links) is not None


@given(st.lists(FACTS, min_size=1, max_size=6))
def test_erased_facts_leave_the_chain_whole(all_facts):
    links = [changed(link, facts=None, salt="") for link in chain_of(all_facts)]
    assert first_break(links) is None


@given(st.sets(st.integers(1, 60)))
def test_numbers_are_the_same_after_they_were_written_as_ranges(numbers):
    assert set(numbers_in(as_ranges(numbers))) == numbers
