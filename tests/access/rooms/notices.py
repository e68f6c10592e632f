"""What somebody is told."""

from rows import EVERYBODY, get, post

ROWS = [
    get("me/notices/", "/me/notices/", {200: EVERYBODY}),
    post("me/notices/", "/me/notices/", {302: EVERYBODY}),
]
