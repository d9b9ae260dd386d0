"""Statements of the proofs made false: factors left out, p and q exchanged, gradients through what is held fixed."""

import numpy as np

from tests.mutants.mutant import Mutant, body
from tinygan import functional as F
from tinygan import raw
from tinygan.data.noise import Uniform
from tinygan.objectives import DIVERGENCES
from tinygan.theory import (
    classifier,
    closed_forms,
    critic,
    divergences,
    energy,
    generator_gradients,
    inner_loop,
    quadrature,
    tabular,
    vanishing,
    wasserstein,
    wgan,
)
from tinygan.theory.statements import training
from tinygan.theory.value import optimal_logit, value

KIND = 32
DIVERGENCE, VALUE, DISTANCE = "theory/test_divergences.py", "theory/test_value.py", "theory/test_wasserstein.py"
CLOSED, CRITIC, TABLE = "theory/test_closed_forms.py", "theory/test_critic.py", "theory/test_tabular.py"
GRADIENT, CLASSIFIER, LOOP = (
    "theory/test_generator_gradients.py",
    "theory/test_classifier.py",
    "theory/test_inner_loop.py",
)
VANISHING, WGAN, ENERGY = "theory/test_vanishing.py", "theory/test_wgan.py", "theory/test_energy.py"
DISJOINT = (f"{DIVERGENCE}::test_disjoint_supports",)
TIGHT = (f"{CRITIC}::test_the_bound_is_tight_at_the_derivative_of_f_at_the_ratio",)

# The functions below run among the names of the files of ours that they stand in for.
f_divergence = over_space = Integral = weighted = LARGEST = RANGE = Z = WEIGHTS = log_mixture = Tensor = Optimizer = (
    None
)
optimal_probabilities = table_value = outputs = perceptron_of = in_float64 = nn = with_kinks = jensen_shannon = None
Optimizer = noisy = trained = quantiles = undecided = Wasserstein = adam = None
P = Q = POINTS = UNITS = STEPS = RULE = Minimax = Moment = Pushforward = P_Z = steps = itertools = None


def js_without_the_half(p, q):
    return f_divergence("js", p, q)


def tv_without_the_half(p, q):
    return abs(np.exp(p) - np.exp(q))


def kl_backwards(p, q):
    return weighted(np.exp(q), q - p)


def trained_the_other_way_round(seed):
    D = undecided(UNITS, np.random.default_rng(seed))
    return trained(quantiles(Q, POINTS), quantiles(P, POINTS), D, Minimax(), RULE, STEPS)


def first_iteration_four_times(seed):
    [first] = itertools.islice((step for step in steps(seed) if step.last), 1)
    return 4 * [Moment(first.iteration, first.D, Pushforward(nn.frozen(first.G), P_Z, 256, 16))]


def not_divided_by_its_length(self, x):
    return np.where(self.density(x) > 0, 0.0, -np.inf)


def d_upside_down(p_data, p_g):
    def logit(x):
        p, q = p_data.log_density(x), p_g.log_density(x)
        return np.where(p == q, 0.0, q - p)

    return logit


def value_of_examples_alone(logit, p_data, p_g):
    def minus(x):
        return 2 * weighted(p_data.density(x), np.logaddexp(0, -logit(x)))

    found, error = over_space(minus, p_data, p_g)
    return Integral(-found, error)


def largest_gap(p, q):
    grid = np.linspace(-20, 20, 4001)
    return Integral(float(np.max(abs(p.cumulative(grid) - q.cumulative(grid)))))


def squared_distances(p, q, x, y):
    from scipy.optimize import linprog

    p, q, x, y = (np.asarray(each, np.float64) for each in (p, q, x, y))
    costs = ((x[:, np.newaxis] - y) ** 2).sum(axis=2)
    sums = np.concatenate([np.kron(np.eye(len(p)), np.ones(len(q))), np.kron(np.ones(len(p)), np.eye(len(q)))])
    return float(linprog(costs.ravel(), A_eq=sums, b_eq=np.concatenate([p, q]), method="highs").fun)


def slopes_of_each_axis(p, q, places):
    from scipy.optimize import linprog

    x, n = np.asarray(places, np.float64), len(places)
    pairs = (np.eye(n)[:, np.newaxis] - np.eye(n)).reshape(-1, n)
    most = abs(x[:, np.newaxis] - x).sum(axis=2).ravel()
    return linprog(np.subtract(q, p), pairs, most, bounds=[(0, 0), *(n - 1) * [(None, None)]], method="highs").x


def without_the_margin(energy, margin, p_data, p_g):
    return over_space(lambda x: p_data.density(x) * energy(x) + p_g.density(x) * abs(margin - energy(x)), p_data, p_g)


def low_for_samples(margin, p_data, p_g):
    return lambda x: np.where(p_data.density(x) < p_g.density(x), 0.0, margin)


def entropy_in_bits(e):
    return -sum(each * np.log2(each) for each in (e, 1 - e) if each > 0)


def faces_from_0(p):
    mean = float(p @ np.arange(len(p)))
    return mean, float(p @ (np.arange(len(p)) - mean) ** 2)


def ratio_backwards(name, p, q):
    def output(x):
        return DIVERGENCES[name].best(np.exp(np.clip(q.log_density(x) - p.log_density(x), -LARGEST, LARGEST)))

    return output


def bound_without_the_conjugate(name, output, p, q):
    row = DIVERGENCES[name]
    return over_space(lambda x: (p.density(x) - q.density(x)) * row.activation(output(x)), p, q)


def t_not_in_the_domain(name, u):
    from scipy.optimize import minimize_scalar

    row = DIVERGENCES[name]
    return -float(minimize_scalar(lambda v: float(row.composed(np.array(v)) - u * v), bounds=RANGE).fun)


def through_the_optimal_d(loss, p_data, p_g, mean, std):
    x = mean + std * Z
    moving = -0.5 * F.reshape((x - mean) / std, shape=(-1,)) ** 2 - F.log(std) - 0.5 * np.log(2 * np.pi)
    return F.sum(WEIGHTS * loss(log_mixture(x, p_data) - moving))


def saturating_too(logit):
    return -F.softplus(logit)


def d_of_the_first_step(p_data, logits, rule):
    module, optimizer = {"logits": Tensor(np.array(logits, np.float64))}, Optimizer(rule)
    d = None
    while True:
        p_g = F.softmax(module["logits"])
        yield raw(p_g)
        d = optimal_probabilities(p_data, raw(p_g)) if d is None else d
        module = optimizer.descend(module, F.sum(p_g * np.log(1 - d)))


def one_half_for_the_optimal_d(p_data, p_g):
    return table_value(np.full(len(p_data), 0.5), p_data, p_g)


def sum_of_both_entropies(D, p, q):
    return -value(lambda x: outputs(D, x), p, q).value


def one_unit_only(units, rng):
    return in_float64(nn.Sequential(with_kinks(nn.Dense(1, 1, rng), 2.0, rng), F.tanh, nn.Dense(1, 1, rng)))


def d_that_never_learns(x, fake, D, objective, rule, steps):
    for _ in range(steps + 1):
        yield D


def of_js_and_not_of_twice_js(theta, std, h):
    behind, ahead = (jensen_shannon(noisy(0.0, std), noisy(theta + step, std)).value for step in (-h, h))
    return (ahead - behind) / (2 * h)


def slope_of_1(distance, weight):
    return 1.0


def critic_that_nothing_holds(p, q, weight, rng, steps, m):
    return trained(quantiles(p, m), quantiles(q, m), undecided(32, rng), Wasserstein(), adam(0.03), steps)


MUTANTS = (
    Mutant(KIND, "JS without the half", *body(divergences.jensen_shannon, js_without_the_half), DISJOINT),
    Mutant(
        KIND,
        "total variation without the half",
        *body(DIVERGENCES["total-variation"].integrand, tv_without_the_half),
        DISJOINT,
    ),
    Mutant(
        KIND,
        "KL(q, p) for KL(p, q)",
        *body(DIVERGENCES["kl"].integrand, kl_backwards),
        (f"{DIVERGENCE}::test_closed_forms_of_two_gaussians",),
    ),
    Mutant(
        KIND,
        "a uniform density that is not divided by its length",
        *(Uniform, "log_density", not_divided_by_its_length),
        (f"{DIVERGENCE}::test_uniform_distributions_by_hand",),
    ),
    Mutant(
        KIND,
        "a quadrature too coarse",
        *(quadrature.integral, "__defaults__", (1e-2,)),
        (f"{DIVERGENCE}::test_total_variation_of_two_gaussians_of_one_width",),
    ),
    Mutant(
        KIND,
        "D* upside down",
        *body(optimal_logit, d_upside_down),
        (f"{VALUE}::test_the_optimal_d_is_a_ratio_of_densities",),
    ),
    Mutant(
        KIND,
        "V of examples alone, twice",
        *body(value, value_of_examples_alone),
        (f"{VALUE}::test_the_value_is_the_mean_over_many_samples",),
    ),
    Mutant(
        KIND,
        "Wasserstein-1: the largest gap of the distribution functions",
        *body(wasserstein.wasserstein1, largest_gap),
        (f"{DISTANCE}::test_closed_forms_on_the_line",),
    ),
    Mutant(
        KIND,
        "Wasserstein-1 of squared distances",
        *body(wasserstein.discrete_wasserstein1, squared_distances),
        (f"{WGAN}::test_lines_apart",),
    ),
    Mutant(
        KIND,
        "a critic whose slope is 1 along each axis",
        *body(wasserstein.lipschitz_critic, slopes_of_each_axis),
        (f"{DISTANCE}::test_the_best_critic_gains_what_the_best_plan_costs",),
    ),
    Mutant(
        KIND,
        "energies above the margin that D pays for",
        *body(energy.energy_loss, without_the_margin),
        (f"{ENERGY}::test_it_is_the_mean_of_the_objectives_loss",),
    ),
    Mutant(
        KIND,
        "an energy that is low at samples",
        *body(energy.optimal_energy, low_for_samples),
        (f"{ENERGY}::test_the_least_loss_is_the_margin_times_what_both_have_in_common",),
    ),
    Mutant(
        KIND,
        "bounds on JS in bits",
        *body(closed_forms.entropy_of_coin, entropy_in_bits),
        (f"{CLOSED}::test_js_is_between_its_bounds",),
    ),
    Mutant(KIND, "a die whose faces begin at 0", *body(closed_forms.moments, faces_from_0), (f"{CLOSED}::test_dice",)),
    Mutant(KIND, "the critic f'(q / p)", *body(critic.optimal_output, ratio_backwards), TIGHT),
    Mutant(KIND, "the variational bound with T for f*(T)", *body(critic.bound, bound_without_the_conjugate), TIGHT),
    Mutant(
        KIND,
        "f** over all t, also where f* is infinite",
        *body(critic.biconjugate, t_not_in_the_domain),
        (f"{CRITIC}::test_the_conjugate_of_the_conjugate_is_f",),
    ),
    Mutant(
        KIND,
        "G's gradient through the D* that follows it",
        *body(generator_gradients._of, through_the_optimal_d),
        (f"{GRADIENT}::test_the_non_saturating_gradient_is_that_of_kl_less_twice_js",),
    ),
    Mutant(
        KIND,
        "a non-saturating loss that saturates",
        *body(generator_gradients.non_saturating, saturating_too),
        (f"{GRADIENT}::test_the_sum_of_both_is_kl",),
    ),
    Mutant(
        KIND,
        "p_g descends against the D of its first step",
        *body(tabular.descend, d_of_the_first_step),
        (f"{TABLE}::test_it_reaches_p_data_and_c_never_rises",),
    ),
    Mutant(
        KIND,
        "C(G) at D = 1/2, which does not bend",
        *body(tabular.table_criterion, one_half_for_the_optimal_d),
        (f"{TABLE}::test_it_is_convex_on_segments",),
    ),
    Mutant(
        KIND,
        "a cross-entropy that is not halved",
        *body(classifier.cross_entropy, sum_of_both_entropies),
        (f"{CLASSIFIER}::test_the_best_classifier_gives_js_and_a_coin_gives_nothing",),
    ),
    Mutant(
        KIND,
        "classifiers of one capacity",
        *body(classifier.perceptron_of, one_unit_only),
        (f"{CLASSIFIER}::test_its_size",),
    ),
    Mutant(
        KIND,
        "a D that is never trained",
        *body(inner_loop.against, d_that_never_learns),
        (f"{LOOP}::test_each_step_descends_the_loss_of_d", f"{VANISHING}::test_a_penalized_critic_keeps_its_slope"),
    ),
    Mutant(
        KIND,
        "the gradient of JS for that of 2 JS",
        *body(vanishing.noisy_gradient, of_js_and_not_of_twice_js),
        (f"{VANISHING}::test_with_noise_it_is_the_minimax_gradient_at_the_optimal_d",),
    ),
    Mutant(
        KIND,
        "a penalized critic of slope 1",
        *body(wgan.penalized_slope, slope_of_1),
        (f"{WGAN}::test_the_penalized_slope_has_the_least_loss_of_all_linear_critics",),
    ),
    Mutant(
        KIND,
        "a critic of two Gaussians that nothing holds back",
        *body(wgan.critic, critic_that_nothing_holds),
        (f"{WGAN}::test_a_trained_critic_has_that_slope[10.0]",),
    ),
    Mutant(
        KIND,
        "examples for samples in the training of a D",
        *body(training.of_seed, trained_the_other_way_round),
        ("theory/statements/test_statements.py::test_it_is_true[trained-d]",),
    ),
    Mutant(
        KIND,
        "a figure 1 in which nothing moves",
        *body(training.moments, first_iteration_four_times),
        ("theory/statements/test_statements.py::test_it_is_true[figure-1]",),
    ),
)
