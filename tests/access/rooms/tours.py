"""The tours."""

from rows import get

ROWS = [  # of the demonstration alone
    get("tours/", "/tours/", {}),
    get("tours/leave/", "/tours/leave/", {}),
    get("tours/<slug:code>/<int:number>/", "/tours/lead/1/", {}),
]
