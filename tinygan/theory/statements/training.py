"""What Goodfellow et al. 2014 prove of the optimum, met by training on the line. Each number is that of three seeds."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinygan import functional as F
from tinygan import nn
from tinygan.data import Gaussian, Normal, Stream
from tinygan.drawing.line import draw_line
from tinygan.drawing.panels import Panel, panels
from tinygan.objectives import Minimax, NonSaturating
from tinygan.optim import Optimizer, adam, linear
from tinygan.theory.divergences import jensen_shannon
from tinygan.theory.inner_loop import against, in_float64, outputs, quantiles, trained, undecided
from tinygan.theory.pushforward import Pushforward
from tinygan.theory.quadrature import boxes, integral, merged
from tinygan.theory.statements.statement import Check, Statement
from tinygan.theory.value import criterion, optimal_logit, value
from tinygan.training import Step, train

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SEEDS = (0, 1, 2)
P, Q = Gaussian(0.0, 1.0), Gaussian(1.0, 1.5)  # for D alone
POINTS, UNITS, STEPS = 1000, 64, 400
RULE = adam(linear(0.03, 0.001, STEPS))
P_DATA, P_Z = Gaussian(1.5, 0.7), Normal(1)  # for both players
K = 5  # steps of D for one of G
SHOWN = (1, 30, 100, 300)  # iterations of the four panels


def distances(D: Any) -> tuple[float, float]:
    """E|D - D*| under P and under Q.   D: of logits."""
    best = optimal_logit(P, Q)

    def apart(x: NDArray) -> NDArray:
        return abs(F.sigmoid(outputs(D, x)) - F.sigmoid(best(x)))

    corners = boxes(merged(P.breaks, Q.breaks))
    of_p, of_q = (integral(lambda x, p=p: p.density(x) * apart(x), *corners, 1e-6).value for p in (P, Q))
    return of_p, of_q


def of_seed(seed: int) -> Any:
    """A perceptron that was trained to tell P and Q apart."""
    D = undecided(UNITS, np.random.default_rng(seed))
    return trained(quantiles(P, POINTS), quantiles(Q, POINTS), D, Minimax(), RULE, STEPS)


def of_d() -> list[Check]:
    """The seed furthest from D*."""
    found = [of_seed(seed) for seed in SEEDS]
    of_p, of_q = zip(*map(distances, found), strict=True)
    values = [value(lambda x, D=D: outputs(D, x), P, Q).value for D in found]
    return [
        Check("E|D - D*| under p_data", 0.0, max(of_p), 0.005),
        Check("E|D - D*| under p_g", 0.0, max(of_q), 0.005),
        Check("V(D, G)", criterion(P, Q).value, min(values), 5e-4),
    ]


class Moment(NamedTuple):
    """An iteration of a training: D, and p_g."""

    iteration: int
    D: Any
    p_g: Pushforward


def steps(seed: int) -> Iterator[Step]:
    """Algorithm 1 on the line with k = 5, so that D is near its optimum."""
    rngs = [np.random.default_rng([seed, i]) for i in range(3)]
    G, D = perceptron(16, rngs[0]), perceptron(32, rngs[0])
    g_rule, d_rule = (adam(linear(rate, rate / 10, n * SHOWN[-1]), beta1=0.0) for rate, n in ((5e-3, 1), (1e-2, K)))
    noise, data = (Stream(each, rng, as_float64) for each, rng in ((P_Z, rngs[1]), (P_DATA, rngs[2])))
    return train(G, D, NonSaturating(), Optimizer(g_rule), Optimizer(d_rule), noise, data, m=128, k=K)


def perceptron(units: int, rng: np.random.Generator) -> Any:
    """A network from the line to the line, with one hidden layer."""
    return in_float64(nn.Sequential(nn.Dense(1, units, rng), F.tanh, nn.Dense(units, 1, rng)))


def as_float64(x: Any) -> NDArray[np.float64]:
    return np.asarray(x, np.float64)


def moments(seed: int) -> list[Moment]:
    """The moments that figure 1 shows."""
    ends = (step for step in steps(seed) if step.last and step.iteration in SHOWN)
    return [
        Moment(step.iteration, step.D, Pushforward(nn.frozen(step.G), P_Z, 256, 16))
        for step in itertools.islice(ends, len(SHOWN))
    ]


def of_figure() -> list[Check]:
    """The seed furthest from p_g = p_data and D = 1/2, at the last iteration."""
    x = quantiles(P_DATA, 200)
    first, *_, last = zip(*map(moments, SEEDS), strict=True)
    js = [[jensen_shannon(P_DATA, each.p_g).value for each in some] for some in (first, last)]
    return [
        Check("JS(p_data, p_g)", 0.0, max(js[1]), 0.05),
        Check("JS is a fifth or less", len(SEEDS), sum(b < a / 5 for a, b in zip(*js, strict=True))),
        Check("E|D - 1/2| under p_data", 0.0, max(float(abs(judged(each.D, x) - 0.5).mean()) for each in last), 0.1),
    ]


def judged(D: Any, x: NDArray) -> NDArray:
    """D's probabilities."""
    return F.sigmoid(outputs(D, x))


def draw_d() -> Any:
    """D* and three trained D; and the value of a D that is trained, against its steps."""
    x, best = np.linspace(-5, 6, 400), optimal_logit(P, Q)
    courses = against(
        quantiles(P, POINTS), quantiles(Q, POINTS), undecided(UNITS, np.random.default_rng(0)), Minimax(), RULE, STEPS
    )
    kept = [(step, value(lambda x, D=D: outputs(D, x), P, Q).value) for step, D in enumerate(courses) if step % 20 == 0]
    at, values = zip(*kept, strict=True)
    return panels(
        [
            Panel(
                "D*, and D of three seeds",
                {"D*": (x, F.sigmoid(best(x))), **{f"D, seed {s}": (x, judged(of_seed(s), x)) for s in SEEDS}},
                x="x",
                colours={"D*": "black"},
            ),
            Panel("its value", {"V(D, G)": (at, values)}, levels={"C(G)": criterion(P, Q).value}, x="step of D"),
        ]
    )


@dataclass(frozen=True)
class Line:
    """A panel of figure 1."""

    letter: str
    moment: Moment

    def draw(self, ax: "Axes") -> None:
        rng = np.random.default_rng(0)
        z = np.linspace(-2, 2, 17)[:, np.newaxis]
        arrows = z, self.moment.p_g.pieces.slopes(z[:, 0])[0]
        best = optimal_logit(P_DATA, self.moment.p_g)
        draw_line(
            ax,
            P_DATA,
            self.moment.p_g.sample(4000, rng),
            lambda x: judged(self.moment.D, x),
            arrows=arrows,
            optimal=lambda x: F.sigmoid(best(x)),
        )
        if (legend := ax.get_legend()) and self.letter != "a":  # one is enough, where there is room
            legend.remove()
        ax.set_title(f"({self.letter}) iteration {self.moment.iteration}", size=10)


def draw_figure() -> Any:
    """p_data, p_g, D, D* and the arrows from z to G(z), at four moments."""
    return panels([Line(*each) for each in zip("abcd", moments(SEEDS[0]), strict=True)], most=2)


STATEMENTS = [
    Statement(
        "trained-d",
        "A D that is trained while G stays comes to D* where data or samples are",
        "Goodfellow et al. 2014, proposition 1; Algorithm 1, its inner loop",
        of_d,
        draw_d,
    ),
    Statement(
        "figure-1",
        "With D near its optimum, Algorithm 1 brings p_g to p_data, and D to 1/2",
        "Goodfellow et al. 2014, figure 1",
        of_figure,
        draw_figure,
    ),
]
