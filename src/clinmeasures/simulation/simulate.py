"""The function of this room: kinds of experiment in, findings with their Monte Carlo error out."""

import importlib
from collections.abc import Callable, Sequence

from clinmeasures.errors import BadInput
from clinmeasures.simulation.study import Experiment, Study, carried_out

KINDS = ("charts", "intervals", "funnels", "monitoring", "shrinkage")
SEED = 20_260_101
TRIALS = 2_000
FEWEST = 20


def simulate(
    kinds: Sequence[str] = KINDS,
    *,
    trials: int = TRIALS,
    seed: int = SEED,
    progress: Callable[[int, int], None] | None = None,
) -> Study:
    """How often the library's methods are right on data whose truth is known.

    Parameters
    ----------
    kinds : sequence of {"charts", "intervals", "funnels", "monitoring", "shrinkage"}
    trials : int
        Charts, runs and so on for each setting; cheap experiments do more of them and dear ones
        fewer, in fixed proportion.
    seed : int
        The same seed, trials and version give the same numbers, whichever kinds are asked for.
    progress : callable (done, of all), optional
        Told after every chunk.

    Returns
    -------
    Study
        One finding for each quantity, with its Monte Carlo error. `holds` is False where a
        coverage is more than a point short, false signals are more than half again the nominal
        rate, or a mean run is more than 2% off, beyond two Monte Carlo errors.

    Raises
    ------
    BadInput
        If a kind is not known, or there are fewer than 20 trials.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise BadInput(f"there is no kind {kind!r}; use {', '.join(KINDS)}.")
    if trials < FEWEST:
        raise BadInput(f"{trials} trials say nothing; give {FEWEST} or more (2000 is usual).")
    if seed < 0:
        raise BadInput(f"the seed {seed} is negative; give 0 or more.")
    chosen = [experiment for kind in dict.fromkeys(kinds) for experiment in _experiments(kind)]
    total = sum(experiment.trials(trials) for experiment in chosen)
    done = 0

    def told(more: int) -> None:
        """Add finished trials and tell the caller."""
        nonlocal done
        done += more
        if progress is not None:
            progress(done, total)

    findings = [
        finding
        for experiment in chosen
        for finding in carried_out(experiment, trials=trials, seed=seed, progress=told)
    ]
    return Study(seed=seed, trials=trials, findings=tuple(findings))


def _experiments(kind: str) -> list[Experiment]:
    """Its module is imported only when it is asked for."""
    module = importlib.import_module(f"clinmeasures.simulation.{kind}")
    found: list[Experiment] = module.experiments()
    return found
