"""JAX on a workload: one compiled function for the whole iteration, with donated parameters.

JAX is imported inside the functions: the package must be readable, and its doctests run, without it.
"""

from typing import Any

import numpy as np

from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import raw
from tinygan.bench.contestants import Contestant
from tinygan.bench.workloads import Workload, streams, workload
from tinygan.errors import BenchError
from tinygan.networks.layers import leaky_relu

_NHWC = ("NHWC", "HWIO", "NHWC")


def jitted(name: str, settings: dict[str, Any], backend: str) -> Contestant:
    """The workload called `name`, with an Adam of our own, since JAX has none."""
    import jax

    platform = "cuda" if backend == "cupy" else "cpu"
    try:
        jax.config.update("jax_platforms", platform)
        jax.devices()
    except RuntimeError:
        raise BenchError("this JAX finds no GPU to stand beside --backend cupy; install jax[cuda12]") from None
    work = workload(name, **settings)
    if work.D is None:
        raise BenchError(f"{name} has no JAX contestant; compare it with torch")
    given = streams(work, jax.device_put)
    G, D = (jax.device_put(_weights(module)) for module in (work.G, work.D))
    state: Any = (G, _started(G), D, _started(D))
    step = jax.jit(_critic_step(work) if work.critic else _algorithm_1(work), donate_argnums=0)

    def iterate() -> tuple[Any, ...]:
        nonlocal state
        z, x = given.noise(work.m), given.data(work.m)
        last = (
            given.epsilon.random((work.m, *(1,) * len(work.shape))).astype(np.float32)
            if work.critic
            else given.noise(work.m)
        )
        state, losses = step(state, z, x, last)
        return losses

    return Contestant(iterate, lambda: jax.block_until_ready(state))


def _algorithm_1(work: Workload) -> Any:
    import jax

    softplus = jax.nn.softplus

    def d_loss(D: Any, fake: Any, x: Any) -> Any:
        return softplus(-_apply(work.D, D, x)).mean() + softplus(_apply(work.D, D, fake)).mean()

    def g_loss(G: Any, D: Any, z: Any) -> Any:
        return softplus(-_apply(work.D, D, _apply(work.G, G, z))).mean()

    def step(state: Any, z: Any, x: Any, z_again: Any) -> Any:
        G, g_state, D, d_state = state
        of_d, gradient = jax.value_and_grad(d_loss)(D, _apply(work.G, G, z), x)
        D, d_state = _adam(D, gradient, d_state, 2e-4, 0.5, 0.999)
        of_g, gradient = jax.value_and_grad(g_loss)(G, D, z_again)
        G, g_state = _adam(G, gradient, g_state, 2e-4, 0.5, 0.999)
        return (G, g_state, D, d_state), (of_d, of_g)

    return step


def _critic_step(work: Workload) -> Any:
    import jax
    import jax.numpy as jnp

    def loss(D: Any, fake: Any, x: Any, epsilon: Any) -> Any:
        x_hat = epsilon * x + (1 - epsilon) * fake
        slope = jax.grad(lambda at: _apply(work.D, D, at).sum())(x_hat).reshape(len(x), -1)
        penalty = 10 * ((jnp.linalg.norm(slope, axis=1) - 1) ** 2).mean()
        return _apply(work.D, D, fake).mean() - _apply(work.D, D, x).mean() + penalty

    def step(state: Any, z: Any, x: Any, epsilon: Any) -> Any:
        G, g_state, D, d_state = state
        of_d, gradient = jax.value_and_grad(loss)(D, _apply(work.G, G, z), x, epsilon)
        D, d_state = _adam(D, gradient, d_state, 1e-4, 0.0, 0.9)
        return (G, g_state, D, d_state), (of_d,)

    return step


def _weights(module: nn.Sequential) -> list[dict[str, Any]]:
    """The parameters of each layer, by name."""
    return [{name: raw(leaf).copy() for name, leaf in nn.parameters(layer).items()} for layer in module.layers]


def _apply(module: nn.Sequential, weights: list[dict[str, Any]], x: Any) -> Any:
    """`module` on x, computed by JAX with the parameters `weights`."""
    import jax
    import jax.numpy as jnp

    for layer, w in zip(module.layers, weights, strict=True):
        if isinstance(layer, nn.Dense):
            x = x @ w["weight"]
        elif isinstance(layer, nn.Conv2d):
            s, p = layer.stride, layer.padding
            x = jax.lax.conv_general_dilated(x, w["weight"], (s, s), [(p, p)] * 2, dimension_numbers=_NHWC)
        elif isinstance(layer, nn.ConvTranspose2d):
            s, p = layer.stride, w["weight"].shape[0] - 1 - layer.padding  # around the pixels set apart by the stride
            x = jax.lax.conv_transpose(
                x, w["weight"], (s, s), [(p, p)] * 2, dimension_numbers=_NHWC, transpose_kernel=True
            )
        elif isinstance(layer, nn.BatchNorm):
            axes = tuple(range(x.ndim - 1))
            mean, variance = x.mean(axes), x.var(axes)
            x = (x - mean) * jax.lax.rsqrt(variance + layer.epsilon) * w["scale"] + w["shift"]
        elif isinstance(layer, nn.Reshape):
            x = x.reshape(x.shape[0], *layer.shape)
        else:
            x = {F.relu: jax.nn.relu, F.tanh: jnp.tanh, leaky_relu: lambda x: jnp.maximum(x, 0.2 * x)}[layer](x)
        x = x + w["bias"] if "bias" in w else x
    return x


def _started(weights: Any) -> Any:
    import jax
    import jax.numpy as jnp

    return jnp.zeros(()), jax.tree.map(jnp.zeros_like, weights), jax.tree.map(jnp.zeros_like, weights)


def _adam(weights: Any, gradient: Any, state: Any, rate: float, beta1: float, beta2: float) -> Any:
    """Kingma and Ba 2015, algorithm 1."""
    import jax
    import jax.numpy as jnp

    step, mean, square = state
    step = step + 1
    mean = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, mean, gradient)
    square = jax.tree.map(lambda s, g: beta2 * s + (1 - beta2) * g * g, square, gradient)
    first, second = 1 / (1 - beta1**step), 1 / (1 - beta2**step)
    new = jax.tree.map(lambda w, m, s: w - rate * (m * first) / (jnp.sqrt(s * second) + 1e-8), weights, mean, square)
    return new, (step, mean, square)
