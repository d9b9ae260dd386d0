"""Mistakes of a likelihood beside a GAN: the weight at the wrong part, D learns from it, or half of G does not."""

from tests.mutants.mutant import Mutant
from tinygan import functional as F
from tinygan.nn import frozen
from tinygan.objectives import LikelihoodOfG

FILE = "objectives/test_likelihood_of_g.py"
FORMULA = (f"{FILE}::test_g_minimizes_the_gans_loss_plus_weight_times_the_negative_elbo",)
OF_D = (f"{FILE}::test_ds_loss_is_that_of_the_game_alone",)
HALVES = (f"{FILE}::test_the_decoder_learns_from_both_parts_and_the_encoder_from_the_likelihood_alone",)


def weight_of_the_game(self, turn):
    """With the non-saturating loss the sum is weight * GAN + ELBO."""
    of_the_game = F.mean(F.softplus(-turn.d_fake))
    return self.likelihood.loss(turn.G, turn.x, turn.z) + (self.weight - 1) * of_the_game


def in_ds_loss(self, turn):
    return self.weight * self.likelihood.loss(turn.G, turn.x, turn.z)


class WithFrozenDecoder:
    """An autoencoder whose encoder alone learns."""

    def __init__(self, G):
        self.encode, self.decode = G.encode, frozen(G).decode


def nothing_for_the_decoder(self, turn):
    return self.weight * self.likelihood.loss(WithFrozenDecoder(turn.G), turn.x, turn.z)


class WithFrozenEncoder:
    """An autoencoder whose decoder alone learns."""

    def __init__(self, G):
        self.encode, self.decode = frozen(G).encode, G.decode


def nothing_for_the_encoder(self, turn):
    return self.weight * self.likelihood.loss(WithFrozenEncoder(turn.G), turn.x, turn.z)


def of_samples(self, turn):
    return self.weight * self.likelihood.loss(turn.G, turn.fake, turn.z)


MUTANTS = (
    Mutant(25, "VAE-GAN: the weight is the GAN's", *(LikelihoodOfG, "g", weight_of_the_game), FORMULA),
    Mutant(25, "VAE-GAN: the ELBO in D's loss too", *(LikelihoodOfG, "d", in_ds_loss), OF_D),
    Mutant(
        25, "VAE-GAN: the decoder learns from the GAN alone", *(LikelihoodOfG, "g", nothing_for_the_decoder), HALVES
    ),
    Mutant(25, "VAE-GAN: an encoder that does not learn", *(LikelihoodOfG, "g", nothing_for_the_encoder), HALVES),
    Mutant(25, "VAE-GAN: the ELBO of samples", *(LikelihoodOfG, "g", of_samples), FORMULA),
)
