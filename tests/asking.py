"""Pages asked for as each of the people in tests: their words, and who may open them."""

import re


def words(client, trust, login: str, address: str) -> str:
    """What the page says to this person, who may open it."""
    answer = taken(client, trust, login, address)
    assert answer.status_code == 200, (login, address)
    text = re.sub(r"<svg.*?</svg>", " ", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def taken(client, trust, login: str, address: str):
    client.force_login(trust.accounts[login])
    return client.get(address)


def send(client, trust, login: str, address: str, /, **data):
    client.force_login(trust.accounts[login])
    return client.post(address, data)


def seen_by(client, trust, thing) -> set[str]:
    """Everybody who may open the page of a thing."""
    address = thing.get_absolute_url()
    return {
        login for login in trust.accounts if taken(client, trust, login, address).status_code == 200
    }
