"""Strategy."""

from rows import EVERYBODY, get, post

PROPOSERS = "lead otherlead chief director analyst executive"
MANDATORS = "chief director executive"
ROWS = [
    get("strategy/", "/strategy/", {200: EVERYBODY}),
    get("strategy/map/", "/strategy/map/", {200: EVERYBODY}),
    get(
        "strategy/measures/<slug:code>/",
        "/strategy/measures/length-of-stay/",
        {200: EVERYBODY},
    ),
    get("strategy/objectives/<slug:code>/", "/strategy/objectives/home-on-time/", {200: EVERYBODY}),
    get(
        "strategy/objectives/<slug:code>/",
        "/strategy/objectives/nobody-waits/",
        {200: PROPOSERS},
    ),
    get("strategy/outcomes/<slug:code>/", "/strategy/outcomes/short-stays/", {200: EVERYBODY}),
    post(
        "strategy/outcomes/<slug:code>/measures/",
        "/strategy/outcomes/short-stays/measures/",
        {302: "lead chief"},
        otherwise=403,
        data={"measure": "died-in-hospital"},
    ),
    post(
        "strategy/outcomes/<slug:code>/measures/<int:link_id>/end/",
        "/strategy/outcomes/short-stays/measures/{link}/end/",
        {302: "lead chief"},
        otherwise=403,
    ),
    get("strategy/poor-performance/", "/strategy/poor-performance/", {200: EVERYBODY}),
    get("strategy/mandates/", "/strategy/mandates/", {200: EVERYBODY}),
    get("strategy/mandates/<slug:code>/", "/strategy/mandates/cardiology/", {200: EVERYBODY}),
    get(
        "strategy/propose/<slug:kind>/",
        "/strategy/propose/objective/",
        {200: PROPOSERS},
        otherwise=403,
    ),
    post(
        "strategy/propose/<slug:kind>/",
        "/strategy/propose/objective/",
        {302: PROPOSERS},
        otherwise=403,
        data={"title": "Safe at night", "text": "Because"},
    ),
    get(
        "strategy/propose/<slug:kind>/<slug:code>/",
        "/strategy/propose/mandate/surgery/",
        {200: MANDATORS},
        otherwise=403,
    ),
    post(
        "strategy/propose/<slug:kind>/<slug:code>/",
        "/strategy/propose/objective/home-on-time/",
        {302: PROPOSERS},
        otherwise=403,
        data={"title": "Home on time", "text": "Because", "because": "Clearer"},
    ),
    get("strategy/versions/<int:pk>/", "/strategy/versions/{objective}/", {200: EVERYBODY}),
    get("strategy/versions/<int:pk>/", "/strategy/versions/{proposal}/", {200: PROPOSERS}),
    post(
        "strategy/versions/<int:pk>/approve/",
        "/strategy/versions/{proposal}/approve/",
        {302: "executive", 403: "lead otherlead chief director analyst"},
    ),
    get(
        "strategy/versions/<int:pk>/decline/",
        "/strategy/versions/{proposal}/decline/",
        {200: PROPOSERS},
    ),
    post(
        "strategy/versions/<int:pk>/decline/",
        "/strategy/versions/{proposal}/decline/",
        {302: "director executive", 403: "lead otherlead chief analyst"},
        data={"because": "Not now"},
    ),
]
