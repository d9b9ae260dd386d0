"""Mistakes of public code that translates between two domains: of the cycle, the identity, the history, the judges."""

import dataclasses

import numpy as np

from tests.mutants.mutant import Mutant
from tinygan import functional as F
from tinygan import nn
from tinygan.autograd import raw
from tinygan.nn import Pair
from tinygan.nn.minibatch import each, leaves
from tinygan.objectives import Cycle, History, IdentityMapping, Turn
from tinygan.objectives.cycle import distances
from tinygan.objectives.scores import total
from tinygan.recipes.cyclegan import CycleGAN
from tinygan.recipes.discogan import DiscoGAN
from tinygan.recipes.two_ways import TwoWays


def of(self, turn, again):
    """The term of Cycle for translations that are `again`."""
    errors = distances("Cycle", again, turn.z, self.power)
    return self.weight * (total(errors) if self.ways == "both" else errors.a)


def without_a_gradient(self, turn):
    return raw(of(self, turn, turn.G(turn.fake)))


def by_the_second_pass(self, turn):
    return of(self, turn, turn.G(each(raw, turn.fake)))


def by_the_first_pass(self, turn):
    return of(self, turn, nn.frozen(turn.G)(turn.fake))


def with_the_other_domain(self, turn):
    again = turn.G(turn.fake)
    return of(self, turn, Pair(again.b, again.a))


def with_the_translation(self, turn):
    return of(self, turn, turn.fake)


def with_the_wrong_domain(self, turn):
    return self.weight * total(distances("IdentityMapping", turn.G(turn.z), Pair(*reversed(turn.z)), 1))


def against_the_input(self, turn):
    return self.weight * total(distances("IdentityMapping", turn.G(turn.z), turn.z, 1))


def the_newest(self, x, turn):
    return x


def for_everyone(self, x, turn, right=History.fake):
    return right(self, x, Turn("D", turn.D, turn.G, turn.x, turn.z))


def the_stored_alone(self, x, turn):
    if turn.player != "D" or self.stored < self.size:
        return x
    places = np.arange(len(leaves(x)[0])) % self.size
    return each(lambda old: F.getitem(old, index=places), self._like(x))


def never_replaced(self, turn, right=History.remember):
    return self if self.stored == self.size else right(self, turn)


def replaced_from_the_first_on(self, turn, right=History.remember):
    grown = right(self, turn)
    oldest = {name: grown.samples[name].copy() for name in grown.samples}
    for leaf in oldest.values():
        leaf[: len(leaf) // 2] = leaf[len(leaf) // 2 : 2 * (len(leaf) // 2)]
    return dataclasses.replace(grown, samples=oldest)


def with_the_graph(self, turn):
    made = leaves(turn.fake)
    return dataclasses.replace(self, samples={str(i): leaf[: self.size] for i, leaf in enumerate(made)})


def one_judge(self, source, rng, right=TwoWays.networks):
    G, D = right(self, source, rng)
    return G, nn.EachDomain(D.of_a, D.of_a)


def swapped_judges(self, source, rng, right=TwoWays.networks):
    G, D = right(self, source, rng)
    return G, _Swapped(D.of_a, D.of_b)


class _Swapped(nn.EachDomain):
    """Each discriminator judges the other domain."""

    def __call__(self, pair):
        return super().__call__(Pair(pair.b, pair.a))


def stored_ones(self, run, right=TwoWays.columns):
    found = right(self, run)
    return {**found, "G(a)": np.resize(raw(run.objective.view.samples["1"]), found["G(a)"].shape)}


def in_full(self, rng, right=CycleGAN.objective):
    return right(dataclasses.replace(self, cycle=2 * self.cycle, identity=2 * self.identity), rng)


def both_always(self, rng, right=DiscoGAN.objective):
    return right(dataclasses.replace(self, ways="both"), rng)


CYCLE = ("objectives/test_cycle.py::test_there_and_back_is_compared_with_where_it_began",)
PASSES = ("objectives/test_cycle.py::test_both_passes_of_a_cycle_learn",)
IDENTITY = ("objectives/test_cycle.py::test_an_example_of_the_target_stays",)
SHOWN = ("objectives/test_history.py::test_a_stored_sample_is_shown_in_the_place_of_a_new_one_and_leaves",)
AGES = ("objectives/test_history.py::test_half_are_of_earlier_iterations_and_their_ages_are_geometric",)
JUDGES = ("recipes/test_two_ways.py::test_each_domain_has_its_own_translation_and_its_own_judge",)
OBJECTIVES = ("recipes/test_two_ways.py::test_the_objectives_are_the_papers",)

MUTANTS = [
    Mutant(11, "a cycle without a gradient", Cycle, "g", without_a_gradient, PASSES),
    Mutant(11, "a cycle whose first translation does not learn", Cycle, "g", by_the_second_pass, PASSES),
    Mutant(11, "a cycle whose way back does not learn", Cycle, "g", by_the_first_pass, PASSES),
    Mutant(30, "a cycle compared with the image of the other domain", Cycle, "g", with_the_other_domain, CYCLE),
    Mutant(30, "a cycle of one translation, there and not back", Cycle, "g", with_the_translation, CYCLE),
    Mutant(30, "an identity that is given the other domain", IdentityMapping, "g", with_the_wrong_domain, IDENTITY),
    Mutant(30, "a translation that is held to its input", IdentityMapping, "g", against_the_input, IDENTITY),
    Mutant(31, "a history that shows the newest samples alone", History, "fake", the_newest, SHOWN),
    Mutant(31, "a history that shows stored samples alone", History, "fake", the_stored_alone, AGES),
    Mutant(31, "a history that never replaces a sample", History, "remember", never_replaced, SHOWN),
    Mutant(
        31,
        "a history that replaces samples before it is full",
        *(History, "remember", replaced_from_the_first_on),
        ("objectives/test_history.py::test_it_fills_first_and_shows_none_until_it_is_full",),
    ),
    Mutant(
        31,
        "a history that keeps the tape of its samples",
        *(History, "remember", with_the_graph),
        ("objectives/test_history.py::test_what_is_stored_is_of_fixed_numbers",),
    ),
    Mutant(
        31,
        "stored samples in G's turn and in the measures",
        *(History, "fake", for_everyone),
        ("objectives/test_history.py::test_no_one_but_d_is_shown_a_stored_sample",),
    ),
    Mutant(
        31,
        "a picture of stored samples",
        *(TwoWays, "columns", stored_ones),
        ("recipes/test_two_ways.py::test_pictures_show_no_stored_sample",),
    ),
    Mutant(30, "one discriminator for both domains", TwoWays, "networks", one_judge, JUDGES),
    Mutant(30, "discriminators that judge each other's domain", TwoWays, "networks", swapped_judges, JUDGES),
    Mutant(25, "cyclegan's weights beside least squares of 1/2", CycleGAN, "objective", in_full, OBJECTIVES),
    Mutant(30, "discogan of one way that has both cycles", DiscoGAN, "objective", both_always, OBJECTIVES),
]
