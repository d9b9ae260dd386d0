"""G's gradient against D's training: where it vanishes, and what keeps it. Each number is that of three seeds."""

from functools import cache
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygan.drawing.panels import Panel, panels
from tinygan.objectives import GradientPenalty, InstanceNoise, Minimax, NonSaturating, Wasserstein
from tinygan.optim import adam, constant, weight_decay
from tinygan.theory.statements.statement import Check, Statement
from tinygan.theory.vanishing import course, noisy_gradient
from tinygan.theory.wgan import penalized_slope

APART, TOUCHING = 2.0, 1.0  # theta
SEEDS = (0, 1, 2)
STEPS, CRITIC_STEPS = 300, 150
NOISE = 0.5  # std
WEIGHT = 10.0  # of the gradient penalty
DECAY = 0.1  # of D's weights while it is restricted
RELAXED = 150  # the step from which on it is not
LAST = 100  # steps whose mean is taken where D's loss has noise
RATE = 0.03
COLOURS = {"minimax": "tab:blue", "non-saturating": "tab:orange", "WGAN-GP": "tab:red"}


@cache
def gan(theta: float, std: float = 0.0, decay: float = 0.0) -> dict[str, NDArray]:
    """|gradient| of both losses of G while their D is trained, (seeds, steps + 1)."""

    def of_seed(seed: int) -> NDArray:
        rng = np.random.default_rng(seed)
        view = InstanceNoise(constant(std), rng=rng)
        games = [game.shown(view) for game in (Minimax(), NonSaturating())]
        rule = weight_decay(adam(RATE), lambda step: decay if step < RELAXED else 0.0) if decay else adam(RATE)
        return course(games, theta, rule, STEPS, rng, copies=4 if std else 1)

    return dict(zip(("minimax", "non-saturating"), np.stack([of_seed(seed) for seed in SEEDS], axis=1), strict=True))


@cache
def wgan(theta: float, std: float = 0.0) -> dict[str, NDArray]:
    """|gradient| of G's loss while a critic with a gradient penalty is trained, (seeds, steps + 1)."""

    def of_seed(seed: int) -> NDArray:
        rng = np.random.default_rng(seed)
        game = (Wasserstein() + GradientPenalty(WEIGHT, rng=rng)).shown(InstanceNoise(constant(std), rng=rng))
        return course([game], theta, adam(RATE), CRITIC_STEPS, rng, copies=4 if std else 1)[0]

    return {"WGAN-GP": np.stack([of_seed(seed) for seed in SEEDS])}


def of_supports() -> list[Check]:
    """The seed furthest from what is stated, at the last step."""
    apart, touching = gan(APART), gan(TOUCHING)
    variance = touching["non-saturating"].var(axis=0)  # over the seeds of D
    grows = [int(np.sum(each["non-saturating"][:, -1] > 3)) for each in (apart, touching)]
    return [
        Check("apart: minimax", 0.0, furthest(0.0, apart["minimax"][:, -1]), 0.005),
        Check("apart: non-satur. > 3", 3, grows[0]),
        Check("apart: WGAN-GP", *_slope(APART), 0.02),
        Check("touching: minimax", log(2), furthest(log(2), touching["minimax"][:, -1]), 0.04),
        Check("touching: non-satur. > 3", 3, grows[1]),
        Check("touching: variance x 10", 1, int(variance[-1] > 10 * variance[10])),
        Check("touching: WGAN-GP", *_slope(TOUCHING), 0.02),
    ]


def of_cures() -> list[Check]:
    """Noise: the mean over the last steps. Restricted D: before it is relaxed, and at the end."""
    exact = noisy_gradient(APART, NOISE)
    noisy, restricted = gan(APART, NOISE)["minimax"], gan(APART, decay=DECAY)["minimax"]
    return [
        Check("noise: minimax", exact, furthest(exact, noisy[:, -LAST:].mean(axis=1)), 0.03),
        Check("restricted: minimax > 0.1", 3, int(np.sum(restricted[:, RELAXED] > 0.1))),
        Check("relaxed: minimax", 0.0, furthest(0.0, restricted[:, -1]), 0.01),
    ]


def furthest(stated: float, seeds: NDArray) -> float:
    """The number of the seed that is furthest from what is stated."""
    return float(seeds[np.argmax(np.abs(seeds - stated))])


def draw_supports() -> Any:
    """The three losses with supports apart, touching and noisy."""
    return panels(
        [
            _panel("supports apart", gan(APART) | wgan(APART)),
            _panel("supports that touch", gan(TOUCHING) | wgan(TOUCHING), levels={"log 2": log(2)}),
            _panel(
                "apart, with instance noise",
                gan(APART, NOISE) | wgan(APART, NOISE),
                levels={"minimax at D*, exact": noisy_gradient(APART, NOISE)},
            ),
        ],
        "gradient of G's loss while D is trained",
    )


def draw_cures() -> Any:
    """The minimax gradient, with D free, with noise, and with D restricted at first."""
    cures = {
        "free": gan(APART),
        "instance noise": gan(APART, NOISE),
        f"weight decay to step {RELAXED}": gan(APART, decay=DECAY),
    }
    losses = [{name: each[loss] for name, each in cures.items()} for loss in ("minimax", "non-saturating")]
    return panels([_panel("minimax, supports apart", losses[0]), _panel("non-saturating", losses[1])])


def _slope(theta: float) -> tuple[float, float]:
    """The slope that is stated of a penalized critic, and that of the seed furthest from it."""
    stated = penalized_slope(theta, WEIGHT)
    return stated, furthest(stated, wgan(theta)["WGAN-GP"][:, -1])


def _panel(title: str, courses: dict[str, NDArray], levels: dict[str, float] | None = None) -> Panel:
    """The mean over the seeds of each course, in a band from the least to the largest; and black lines."""
    curves, bands = {}, {}
    for name, seeds in courses.items():
        steps = np.arange(1, seeds.shape[1])  # at step 0 D = 1/2, and there is no gradient
        curves[name] = steps, seeds[:, 1:].mean(axis=0)
        bands[name] = steps, seeds[:, 1:].min(axis=0), seeds[:, 1:].max(axis=0)
    for name, level in (levels or {}).items():
        curves[name] = np.array([1, STEPS]), np.array([level, level])
    colours = COLOURS | dict.fromkeys(levels or {}, "black")
    return Panel(title, curves, x="step of D", y="|gradient|", logarithmic="xy", colours=colours, bands=bands)


STATEMENTS = [
    Statement(
        "vanishing",
        "While D is trained, G's minimax gradient vanishes if supports are apart; others do not",
        "Arjovsky and Bottou 2017, theorems 2.4 and 2.6, figure 2",
        of_supports,
        draw_supports,
    ),
    Statement(
        "cures",
        "With noise G's gradient is that of 2 JS of noisy densities; a restricted D keeps one, too",
        "Arjovsky and Bottou 2017, section 3; lecture notes on training GANs",
        of_cures,
        draw_cures,
    ),
]
