# %% [markdown]
# # Differentiate anything
#
# A GAN needs the gradient of a loss in a million parameters, and a gradient penalty (tutorial 12) needs the gradient of
# a gradient. Nobody derives these by hand: a program records what it computes, and applies the chain rule to the
# record. How little is enough for that? We write a tape in twenty lines, find what it cannot do, and look at ours.
# Predict: if f has one operation, how many does its second derivative have, and its fifth? It takes about two seconds.

# %%
import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from tinygan import Tensor, check_grads, grad, raw
from tinygan import functional as F
from tinygan.autograd import draw, listing, primitive, show
from tinygan.errors import GradientError

TAPE = []  # the numbers, in the order in which they are made

# %% [markdown]
# ## A tape in twenty lines
#
# A `Number` keeps its value and, for each argument that it was computed from, the derivative by that argument. Each is
# written on the tape as it is made, so arguments come before results. The backward pass goes through it from the
# end, and adds up: a number that is used twice gets the sum over both ways. (micrograd by Karpathy is like this.)


# %%
class Number:
    def __init__(self, value, *arguments):  # pairs: an argument, and the derivative by it
        self.value, self.arguments, self.slope = value, arguments, 0.0
        TAPE.append(self)

    def __add__(self, y):
        return Number(self.value + y.value, (self, 1.0), (y, 1.0))

    def __mul__(self, y):
        return Number(self.value * y.value, (self, y.value), (y, self.value))

    def tanh(self):
        out = np.tanh(self.value)
        return Number(out, (self, 1 - out * out))


# %%
x, w = Number(0.5), Number(-2.0)
y = (x * w + x).tanh() * x
y.slope = 1.0
for number in reversed(TAPE):  # the backward pass
    for argument, derivative in number.arguments:
        argument.slope += derivative * number.slope
t = np.tanh(0.5 * -2.0 + 0.5)
by_hand = t + 0.5 * (1 - t * t) * (-2.0 + 1), 0.5 * (1 - t * t) * 0.5
print(f"by the tape {x.slope:.6f}, {w.slope:.6f}; by hand {by_hand[0]:.6f}, {by_hand[1]:.6f}")
assert np.allclose((x.slope, w.slope), by_hand)

# %% [markdown]
# ## Ours
#
# A Tensor holds an array and the operation that made it, whose rule is applied when a gradient is asked for. `show`
# prints the tape, and where the gradient of each operation goes.

# %%
X, W = Tensor(np.array(0.5)), Tensor(np.array(-2.0))
Y = F.tanh(X * W + X) * X
show(Y, names={"x": X, "w": W})
assert np.allclose(grad(Y, [X, W]), by_hand)

# %% [markdown]
# ## A gradient of a gradient
#
# A `Number` keeps the derivative as a number: nothing says how it depends on x. A rule of the package is an expression
# in the package's own functions. With `create_graph=True` it is computed on Tensors, so it is recorded, and the
# gradient is one more Tensor. The derivatives of tanh are polynomials in t = tanh(x): 1 - t^2, -2 t (1 - t^2), ...

# %%
points = np.linspace(-2.5, 2.5, 101)
x = Tensor(points)
derivatives, polynomials = [F.tanh(x)], [np.polynomial.Polynomial([0, 1])]  # t itself
for _ in range(4):
    derivatives.append(grad(F.sum(derivatives[-1]), x, create_graph=True))
    polynomials.append(polynomials[-1].deriv() * np.polynomial.Polynomial([1, 0, -1]))  # d/dx = (1 - t^2) d/dt
exact = np.array([polynomial(np.tanh(points)) for polynomial in polynomials])
errors = np.abs(np.array([raw(found) for found in derivatives]) - exact).max(axis=1)
print("largest errors of orders 0 to 4:", *(f"{error:.1e}" for error in errors))
assert errors.max() < 1e-10

# %% [markdown]
# On the tape of tanh' are the operations of its rule, g * (1 - out * out), and a mark. We count them order by order.

# %%
y, operations = F.tanh(x := Tensor(np.array(0.5))), []
for order in range(7):
    if order == 1:
        show(y, names={"x": x})
    operations.append(len(listing(y).splitlines()) - 1)  # without the leaf
    y = grad(y, x, create_graph=True)
print("operations by order:", *operations)
assert operations[:3] == [1, 5, 8]
assert 2 < operations[-1] / operations[-2] < 3

# %% [markdown]
# At high orders each tape is more than twice as long as the one before, since a rule has several operations and each of
# them has a rule again. Two orders are cheap, and a GAN needs two.
#
# ## A primitive of one's own
#
# The package has no sine. `primitive` makes a function differentiable by a rule for each argument: g is the gradient in
# the result, and the rule returns that in the argument. Rules of sin and cos in each other's terms give every order.


# %%
@primitive(lambda g, out, x: g * cos(x))
def sin(xp, x):
    return xp.sin(x)


@primitive(lambda g, out, x: -g * sin(x))
def cos(xp, x):
    return xp.cos(x)


check_grads(sin, np.array([0.3, -1.0, 2.0]), order=4)

# %% [markdown]
# ## Wrong rules
#
# A wrong rule raises no error: training is only worse. `check_grads` compares a gradient with differences of the
# function, then the second gradient with differences of the first, and so on. Here are three wrong rules for the sine.
# Predict the order at which each is found: a factor; a cosine that forgets its minus; the right number off the tape.

# %%
forgetful_cos = primitive(lambda g, out, x: g * sin(x))(cos.forward)
RULES = {
    "a factor": lambda g, out, x: 1.01 * g * cos(x),
    "a cosine without minus": lambda g, out, x: g * forgetful_cos(x),
    "off the tape": lambda g, out, x: g * np.cos(raw(x)),
}

# %% [markdown]
# We try order 1, then order 2, until the checker raises its error.

# %%
found_at = {}
for name, rule in RULES.items():
    wrong_sin = primitive(rule)(sin.forward)
    for order in (1, 2):
        try:
            check_grads(wrong_sin, np.array([0.3]), order=order)
        except GradientError as error:
            found_at.setdefault(name, order)
            print(f"{name}, found at order {order}: {error}")
            break
assert found_at == {"a factor": 1, "a cosine without minus": 2, "off the tape": 2}

# %% [markdown]
# The last two train any ordinary GAN without a fault. With a gradient penalty they train it wrongly. So every function
# of the package is checked to second order at least: `tinygan gradcheck` prints the table.
#
# ## The picture
#
# Left: the tape of y, and its gradients in red. Right: derivatives by the tape, and the polynomials (dotted).

# %%
figure = Figure(figsize=(12, 4.6), layout="constrained")
left, right = figure.subplots(1, 2, width_ratios=(1, 1.6))
draw(Y, names={"x": X, "w": W}, ax=left)
for order, found in enumerate(derivatives):
    right.plot(points, raw(found), lw=3, alpha=0.5, label="tanh" if not order else f"derivative {order}")
    right.plot(points, exact[order], "k:", lw=1)
right.set(xlabel="x", title="each curve is the gradient of the one before")
right.legend(loc="upper right")
path = Path(os.environ.get("TINYGAN_PICTURES", ".")) / "differentiate_anything.png"
figure.savefig(path, dpi=80)
assert path.stat().st_size > 20_000

# %% [markdown]
# ## Exercises
#
# 1. Give `Number` an `exp` and a division. Then 1 / (1 + exp(-x)) has a slope: compare it with that of `F.sigmoid`.
# 2. Plant a mistake: "gradient check that compares without abs". In `tinygan/autograd/check.py` remove `np.abs` from
#    the comparison in `require`. Which assertion fails? Then check at 0.3, -1 and 2, and at -1 alone. What do you see?
