"""What has to be true for the numbers to mean what they seem to say, in sentences."""

FEW = 8  # points on a side below which a line is a guess


def sentences(
    *,
    change: str,
    before: int,
    after: int,
    period: str,
    lag: int,
    season: bool,
    compared: bool,
    missing: int,
    left_out: int,
    to_the_mean: float | None,
    neighbours: float | None,
) -> list[str]:
    """Each a plain sentence, the weightiest first."""
    said = [
        "This is an association in time, not an effect: whatever else changed at about "
        f"{change} is in it.",
        _went_on(change, before, after),
        f"Change came at once at {change} and stayed; the slope is per {period}.",
        _alike(lag, neighbours),
        "Every point is equally reliable; where denominators differ widely, it is not so.",
        _of_season(taken_out=season),
        _of_comparison(there=compared),
    ]
    if missing:
        said.append(
            f"The {_periods(missing, period)} without a value would have been like the others."
        )
    if to_the_mean is not None:
        said.append(_return(left_out, to_the_mean))
    return said


def _went_on(change: str, before: int, after: int) -> str:
    line = f"The line of the {before} points before {change} would have gone on as it was"
    if min(before, after) >= FEW:
        return f"{line}."
    hardly = f"{before} points before and {after} after can hardly show (fewer than {FEW})"
    return f"{line}, which {hardly}."


def _alike(lag: int, neighbours: float | None) -> str:
    alike = f"Neighbouring points may be alike up to {lag} apart (Newey-West)"
    if neighbours is None:
        return f"{alike}."
    return f"{alike}; here neighbours' residuals correlate {neighbours:.2f}."


def _of_season(*, taken_out: bool) -> str:
    if taken_out:
        return "A season of a year and one of half a year are taken out, the same every year."
    return "There is no season, or it falls on both sides of the change alike."


def _of_comparison(*, there: bool) -> str:
    if there:
        return (
            "The comparison shares everything that changed but the change itself; differences "
            "from it are analysed."
        )
    return "No comparison series was given, so what changed everywhere cannot be told apart."


def _return(left_out: int, to_the_mean: float) -> str:
    points = "point" if left_out == 1 else f"{left_out} points"
    return (
        f"The {points} of the signal are left out: a series picked for its extremes returns "
        f"towards its line by chance alone, here by {to_the_mean:+.4g} on average (regression to "
        "the mean)."
    )


def _periods(count: int, period: str) -> str:
    return f"one {period}" if count == 1 else f"{count} periods of a {period}"
