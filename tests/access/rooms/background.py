"""Work in the background."""

from rows import get, post

RUNS_IT = "projectteam sysadmin"
ROWS = [
    get("background/", "/background/", {200: RUNS_IT}),
    get("background/jobs/", "/background/jobs/", {200: RUNS_IT}),
    post(
        "background/pause/",
        "/background/pause/",
        {302: RUNS_IT},
        data={"because": "June is loaded again"},
    ),
    post("background/resume/", "/background/resume/", {403: RUNS_IT}),
    post(
        "background/jobs/<int:job_id>/again/",
        "/background/jobs/{job}/again/",
        {302: RUNS_IT},
    ),
]
