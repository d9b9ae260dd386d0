"""A user's program with annotations: parts of their own in each slot of the package, and a run of them.

`test_user.py` runs it, and mypy --strict on it against an installed tinygan.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tinygan import Tensor, check_grads, data, grad, nn, objectives, optim, primitive, raw
from tinygan import functional as F
from tinygan.autograd import Array
from tinygan.backend import Backend, backend
from tinygan.data import Source
from tinygan.metrics import Measure
from tinygan.observers import Observer
from tinygan.optim.rule import value
from tinygan.recipes import Recipe, Run, find
from tinygan.recipes.setting import setting
from tinygan.training import Step, train


class Scaled(nn.Layer):
    """scale * x / spread + shift, with a scale and a shift for each feature, and a spread that is not learned."""

    per_example = True
    spread: nn.State = None

    def __init__(self, features: int, spread: float = 2.0):
        self.spread = np.full(features, spread, np.float32)
        self.scale = Tensor(np.ones(features, np.float32))
        self.shift = Tensor(np.zeros(features, np.float32))

    def __call__(self, x: Array) -> Array:
        return self.scale * x / self.spread + self.shift


@primitive(lambda g, out, x: g * 2 * F.tanh(x) * (1 - F.tanh(x) ** 2))
def tanh_squared(xp: Any, x: Array) -> Array:
    """The square of tanh."""
    return xp.tanh(x) ** 2


@dataclass(frozen=True)
class Squares(objectives.Loss):
    """D's output is 1 for examples and -1 for samples; G asks for 0."""

    def d(self, real: Array, fake: Array) -> Array:
        return F.mean((real - 1) ** 2) + F.mean((fake + 1) ** 2)

    def g(self, fake: Array, real: Array) -> Array:
        return F.mean(fake**2)


@dataclass(frozen=True)
class Small(objectives.Term):
    """weight * mean of D(x)^2 and D(G(z))^2."""

    weight: float

    def d(self, turn: objectives.Turn) -> Array:
        return self.weight * F.mean(turn.d_real**2 + turn.d_fake**2)


@dataclass(frozen=True)
class sign_descent(optim.Rule):
    """theta - alpha sign(g)."""

    learning_rate: float | optim.Schedule = 1e-3

    def initial(self, parameter: Array) -> optim.State:
        return {"step": 0}

    def __call__(self, parameter: Array, gradient: Array, state: optim.State) -> tuple[Array, optim.State]:
        alpha = value(self.learning_rate, state)
        return parameter - alpha * gradient / (F.abs(gradient) + 1e-12), {"step": state["step"] + 1}


@dataclass(frozen=True)
class Own(Recipe):
    """Small networks on points, with all the parts above."""

    name: ClassVar[str] = "own"
    paper: ClassVar[str] = "none"

    data: str = "ring"
    iterations: int = 5
    m: int = 16
    latent: int = 2
    g_learning_rate: float = 1e-3
    d_learning_rate: float = 1e-3
    hidden: int = setting(8, "units in the hidden layer of each network")
    weight: float = setting(0.01, "weight of Small")

    def networks(self, source: Source, rng: np.random.Generator) -> tuple[nn.Module, nn.Module]:
        d = source.shape[0]
        G = nn.Sequential(nn.Dense(self.latent, self.hidden, rng), F.relu, nn.Dense(self.hidden, d, rng), Scaled(d))
        D = nn.Sequential(nn.Dense(d, self.hidden, rng), tanh_squared, nn.Dense(self.hidden, 1, rng))
        return G, D

    def objective(self, rng: np.random.Generator) -> objectives.Objective:
        return Squares() + objectives.R1(1.0) + Small(self.weight)

    def rule(self, learning_rate: float | optim.Schedule) -> sign_descent:
        return sign_descent(learning_rate)

    def measures(self, run: Run, samples: int = 2500, seed: int = 0) -> list[Measure]:
        return []


class Counter:
    """An observer that counts the updates of G."""

    count = 0

    def __call__(self, step: Step) -> None:
        self.count += step.player == "G"

    def close(self) -> None:
        """Nothing to close."""


class Named(Backend):
    """NumPy under another name."""

    def asarray(self, host: Any, dtype: Any = None) -> Array:
        return super().asarray(host, dtype=dtype)


def without_a_recipe(X: NDArray[np.float32], iterations: int) -> Iterator[float]:
    """The losses of Algorithm 1 on points X."""
    rng = np.random.default_rng(0)
    G = nn.Sequential(nn.Dense(2, 8, rng, initialize=nn.he()), nn.BatchNorm(8), F.relu, nn.Dense(8, 2, rng))
    D = nn.Sequential(nn.SpectralNorm(nn.Dense(2, 8, rng)), F.leaky_relu, nn.Dense(8, 1, rng))
    noise = data.Stream(data.Normal(2), np.random.default_rng(1))
    examples = data.as_source(X).stream(np.random.default_rng(2), backend("numpy").asarray)
    rules = optim.Optimizer(optim.adam(1e-3)), optim.Optimizer(optim.sgd(optim.linear(1e-2, 0.0, 100)))
    step: Step
    for step in train(G, D, objectives.Unrolled(Squares(), 2, optim.sgd(1e-3)), *rules, noise, examples, m=16, k=1):
        yield float(step.loss)
        if step.iteration == iterations and step.last:
            return


def differentiated() -> tuple[float, float]:
    """The first and the second derivative of a sum of functions at 1."""
    x = Tensor([1.0])
    y = F.safe_sqrt(x) + F.concatenate([x, x]).sum() + x @ Tensor([2.0]) - 2 / x
    first = grad(y, x, create_graph=True)
    check_grads(tanh_squared, np.linspace(-2, 2, 7), order=3)
    return float(first[0]), float(raw(grad(first, x))[0])


def observed(run: Run, *observers: Observer) -> None:
    """Makes all steps of a run, and shows each to the observers."""
    for step in run.steps():
        for observer in observers:
            observer(step)
    for observer in observers:
        observer.close()


def main(iterations: int = 5) -> dict[str, Any]:
    """Trains own parts on an array, a recipe of the package on labelled images, and networks without a recipe."""
    X = np.random.default_rng(0).standard_normal((64, 2)).astype(np.float32)
    run, counter = Run(Own(hidden=6).changed({"iterations": iterations}), data=X, backend=Named("numpy", np)), Counter()
    observed(run, counter)
    samples: NDArray[np.float32] = run.sample(10)
    images = nn.Labelled(np.zeros((32, 28, 28, 1), np.uint8), np.arange(32) % 10)
    labelled = Run(find("cgan").changed({"iterations": 1}), data=images, seed=1)
    return {
        "updates of G": counter.count,
        "samples": samples.shape,
        "parameters of G": nn.count(run.G),
        "players": [step.player for step in labelled.steps()],
        "losses": list(without_a_recipe(X, iterations)),
        "derivatives": differentiated(),
    }


if __name__ == "__main__":
    print(main())
