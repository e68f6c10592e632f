"""The framework's own measures."""

from rows import get

READERS = "projectteam executive"
ROWS = [
    get("framework/", "/framework/", {200: READERS}),
    get("framework/starts/", "/framework/starts/", {200: READERS}),
]
