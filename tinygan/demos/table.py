"""The demonstrations, and the slides of five lecture decks that they belong to, as docs/lectures.md names them."""

from tinygan.demos.demo import Demo
from tinygan.demos.orbits import Orbits

DECKS = {  # in the order of docs/lectures.md
    1: '"Generative Adversarial Networks (GAN)", 이창기',
    2: '"Generative Adversarial Networks", Maxim Borisyak',
    3: '"Generative Adversarial Networks", 이재규',
    4: '"Generative Adversarial Networks (GANs)", Amisi Fikirini and others',
    5: '"What is this? Gum? It\'s GAN.", Hansol Kang',
}

_ALL: list[Demo | Orbits] = [
    Demo(
        "figure-1",
        "p_g (green) moves to p_data (black), and D (blue) goes to 1/2 where data are.",
        ((1, "Training \N{EN DASH} cont'd"), (3, "Why Objective Function works?"), (5, "Final Goal")),
        "gan-1d",
    ),
    Demo(
        "digits",
        "Strokes, then shapes, then digits: the generator and the discriminator of DCGAN.",
        (
            (1, "Unsupervised Representation Learning with Deep Convolutional GAN"),
            (4, "DCGAN architecture, both networks"),
            (5, "Future work, DCGAN"),
        ),
        "dcgan-quick",
        {"iterations": 400},
    ),
    Demo(
        "seminar",
        "The two perceptrons of 512 units, minibatches of 100, Adam and cross-entropy.",
        (
            (3, "Actual flow of GAN"),
            (4, "GAN architecture"),
            (5, "Implementation, Discriminator and Generator"),
            (5, "Result#1 (MNIST)"),
        ),
        "gan",
        {"iterations": 1500},
    ),
    Demo(
        "collapse",
        "G jumps from mode to mode of the ring and never covers all: mode collapse.",
        ((2, "Mode collapse"), (3, "Conclusion, limitations of GAN")),
        "minimax",
        {"iterations": 3000},
    ),
    Orbits(
        "orbits",
        "One parameter for each player: training leaves the equilibrium, circles it, or finds it.",
        (
            (3, "Conclusion, limitations of GAN"),
            (4, "Training time Cont., Algorithm 1"),
            (5, "Theoretical Results cont., proof"),
        ),
    ),
    Demo(
        "unrolled",
        "The same ring: a G that foresees the next steps of D leaves fewer modes out.",
        ((2, "Mode collapse"), (5, "Future work, Unrolled GAN")),
        "unrolled",
        {"iterations": 1500},
    ),
    Demo(
        "minibatch-discrimination",
        "D sees how alike the samples of a minibatch are, so G has to spread them.",
        ((2, "Mini-batch discrimination"),),
        "minibatch-discrimination",
        {"iterations": 3000},
    ),
    Demo(
        "feature-matching",
        "G matches the mean of D's features, instead of D's output.",
        ((2, "Feature matching"),),
        "feature-matching",
        {"iterations": 3000},
    ),
    Demo(
        "noise",
        "Noise on the samples that D sees, fading: D is restricted first and relaxed later.",
        ((2, "GAN training tricks, restricted"),),
        "instance-noise",
        {"iterations": 3000, "fade": 2000},
    ),
    Demo(
        "stop-criteria",
        "D is trained until its loss is below a bound, then G until it is below another.",
        ((2, "GAN training tricks, stop criteria"),),
        "stop-criteria",
        {"iterations": 1500},
    ),
    Demo(
        "ensemble",
        "Discriminators of rising capacity: the simple ones have a gradient from the start.",
        ((2, "Ensemble of discriminators, capacities"),),
        "ensemble",
        {"iterations": 1500},
    ),
    Demo(
        "ebgan",
        "D is an energy: low on data, and up to the margin on samples.",
        ((2, "Energy-Based GAN, losses"), (5, "Future work, Energy based GAN")),
        "ebgan",
        {"iterations": 3000},
    ),
    Demo(
        "wgan",
        "A clipped critic estimates a distance; its loss tells how good the samples are.",
        ((2, "Wasserstein GAN training"), (4, "Types of GAN"), (5, "Future work, Wasserstein GAN")),
        "wgan",
        {"iterations": 2000},
    ),
    Demo(
        "wgan-gp",
        "The same with a penalty on the critic's slope in the place of clipping.",
        ((4, "Types of GAN"),),
        "wgan-gp",
        {"iterations": 2000},
    ),
    Demo(
        "conditional",
        "A label for G and for D: each column becomes a class of its own.",
        (
            (1, "Future Work, conditional"),
            (2, "Conditional GAN"),
            (4, "Discriminative, Generative, Conditional Generative model"),
        ),
        "cgan",
        {"iterations": 600},
        shown=20,
    ),
    Demo(
        "pix2pix",
        "Edges become digits: a GAN on patches as an auxiliary loss beside L1.",
        ((2, "GAN as auxiliary loss"), (5, "Future work, Pix2Pix")),
        "pix2pix",
        {"iterations": 500},
        shown=6,
    ),
    Demo(
        "cyclegan",
        "Digits become inverted ones, and come back, without a single pair.",
        ((4, "Types of GAN"), (5, "Future work, Disco GAN, Cycle GAN")),
        "cyclegan",
        {"iterations": 300},
        shown=6,
    ),
    Demo(
        "discogan",
        "Five modes become ten and come back to themselves.",
        ((5, "Future work, Disco GAN, Cycle GAN"),),
        "discogan",
    ),
    Demo(
        "vae",
        "The likelihood alone: samples are smooth, and no digit is left out.",
        ((5, "Future work, AE, VAE"),),
        "vae",
        {"iterations": 2000},
    ),
    Demo(
        "began",
        "D is an autoencoder, and a controller keeps both players in balance.",
        ((5, "Future work, BEGAN"),),
        "began",
        {"iterations": 3000},
    ),
    Demo(
        "lsgan",
        "Squared distances in the place of the cross-entropy.",
        ((5, "Future work, LSGAN"),),
        "lsgan",
        {"iterations": 3000},
    ),
    Demo(
        "f-gan",
        "Another divergence, KL, with the same two networks.",
        ((5, "Future work, f-GAN"),),
        "fgan-kl",
        {"iterations": 3000},
    ),
]

DEMOS: dict[str, Demo | Orbits] = {demo.name: demo for demo in _ALL}
