"""Mistakes of conditional GANs: AC-GAN's class term, the projection, and labels that pass through a network."""

from tests.mutants.mutant import Mutant
from tinygan import functional as F
from tinygan import nn, raw
from tinygan.backend import namespace
from tinygan.networks import conditional
from tinygan.nn import Labelled
from tinygan.objectives import AuxiliaryClassifier, auxiliary_classifier

AUXILIARY = "objectives/test_auxiliary_classifier.py::"
FORMULA = (f"{AUXILIARY}test_d_ascends_l_s_plus_l_c_and_g_ascends_l_c_minus_l_s",)
PROJECTION = ("nn/test_projection.py::test_each_score_is_the_papers_sum",)
SIGNS = (f"{AUXILIARY}test_both_players_raise_the_logit_of_the_label_and_lower_the_others",)


def probabilities(output, judged):
    return F.softmax(output.category)


def by_the_labels_of_examples(self, turn):
    return F.cross_entropy(turn.d_fake.category, turn.shown_real.y)


def by_the_label_of_the_next(output, judged):
    return F.cross_entropy(output.category, namespace(judged.y).roll(judged.y, 1))


def g_as_ds_opponent(self, turn):
    return -self.weight * self.of_samples(turn)


def d_against_the_samples(self, turn):
    real = F.cross_entropy(turn.d_real.category, turn.shown_real.y)
    return self.weight * (real - self.of_samples(turn))


def d_on_examples_alone(self, turn):
    return self.weight * F.cross_entropy(turn.d_real.category, turn.shown_real.y)


def logits_off_the_tape(output, judged):
    return raw(output.category)


def projection_on_the_next_label(self, h, y=None):
    return self.linear(h) + F.sum(self.embed(namespace(y).roll(y, 1)) * h, axis=-1, keepdims=True)


def projection_of_the_minibatch(self, h, y=None):
    return self.linear(h) + F.sum(self.embed(y) * h)


def condition_of_the_next(self, labelled):
    y = namespace(labelled.y).roll(labelled.y, 1)
    return self.network(labelled.x, y if self.code is None else self.code(y))


def labels_of_zero(self, labelled):
    return Labelled(self.network(labelled), 0 * labelled.y)


_codes: dict[tuple, object] = {}


def one_code_for_both(way, classes, embedding, rng, right=conditional._code):
    return _codes.setdefault((way, classes, embedding), right(way, classes, embedding, rng))


LABELS = (
    Mutant(8, "AC-GAN: softmax, and then the cross-entropy", auxiliary_classifier, "_category", probabilities, FORMULA),
    Mutant(
        11,
        "AC-GAN: logits of the classes off the tape",
        *(auxiliary_classifier, "_category", logits_off_the_tape),
        ("objectives/test_conformance.py::test_the_gradients_in_the_outputs[AC-GAN, the paper's]",),
    ),
    Mutant(
        21,
        "AC-GAN: samples classified by the labels of the examples",
        *(AuxiliaryClassifier, "of_samples", by_the_labels_of_examples),
        (*FORMULA, "recipes/test_labels.py::test_every_player_of_acgan_is_given_the_labels_of_its_minibatch"),
    ),
    Mutant(
        21,
        "AC-GAN: each classified by the label of another",
        *(auxiliary_classifier, "_cross_entropy", by_the_label_of_the_next),
        FORMULA,
    ),
    Mutant(21, "projection on another label", nn.Projection, "__call__", projection_on_the_next_label, PROJECTION),
    Mutant(
        21, "projection summed over the minibatch", nn.Projection, "__call__", projection_of_the_minibatch, PROJECTION
    ),
    Mutant(
        21,
        "a condition of the label of another",
        *(nn.PassLabels, "__call__", condition_of_the_next),
        ("nn/test_labels.py::test_labels_are_passed_as_a_condition",),
    ),
    Mutant(
        21,
        "every sample comes to D as class 0",
        *(nn.KeepLabels, "__call__", labels_of_zero),
        ("networks/test_conditional.py::test_g_makes_an_example_of_the_label_that_it_keeps",),
    ),
    Mutant(
        17,
        "G and D share the embedding of labels",
        *(conditional, "_code", one_code_for_both),
        ("networks/test_conditional.py::test_g_and_d_have_codes_of_their_own",),
    ),
    Mutant(22, "AC-GAN: G raises the error of its classes", AuxiliaryClassifier, "g", g_as_ds_opponent, SIGNS),
    Mutant(
        22, "AC-GAN: D raises the error of samples' classes", AuxiliaryClassifier, "d", d_against_the_samples, SIGNS
    ),
    Mutant(22, "AC-GAN: D does not classify samples", AuxiliaryClassifier, "d", d_on_examples_alone, FORMULA),
    Mutant(
        22,
        "AC-GAN: G pays nothing for the classes",
        *(AuxiliaryClassifier, "g", lambda self, turn: 0.0),
        (f"{AUXILIARY}test_networks_of_the_recipe_learn_the_class_in_every_layer", *FORMULA),
    ),
)
