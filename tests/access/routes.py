"""Every route there is, found by walking the URL resolver."""

from django.urls import URLPattern, URLResolver, get_resolver


def every_route() -> dict[str, object]:
    """Route → its view, as written in the rooms' urls."""
    return dict(walked(get_resolver().url_patterns, ""))


def walked(patterns, before: str):
    for each in patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from walked(each.url_patterns, route)
        elif isinstance(each, URLPattern):
            yield route, each.callback
