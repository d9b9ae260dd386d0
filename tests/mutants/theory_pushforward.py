"""Mistakes in p_g of a generator, and in what the oracle says about D."""

import numpy as np

from tests.mutants.mutant import Mutant
from tinygan.observers.oracle import Oracle
from tinygan.theory import Nodes, Pushforward, mesh, quadrature
from tinygan.theory.monotone import MonotonePieces

preimages, at, gap, distances, optimal = (
    MonotonePieces.preimages,
    Pushforward.at,
    Nodes.gap,
    Nodes.distances,
    Oracle.optimal,
)
CLOSED = ("theory/test_pushforward.py::test_density_and_distribution_function_are_those_of_scipy",)
STATED = ("theory/statements/test_statements.py::test_it_is_true[pushforward]",)
HALF = ("observers/test_oracle.py::test_the_gap_of_a_d_that_says_one_half_is_c_plus_log_4",)


def without_slope(self, x):
    found = preimages(self, x)
    return found._replace(slope=np.ones(len(found.slope)))


def one_preimage(self, x):
    found = preimages(self, x)
    first = np.unique(found.point, return_index=True)[1]
    return type(found)(*(part[first] for part in found))


def without_prior(self, x):
    total = np.full(len(np.ravel(x)), -np.inf)
    found = self.pieces.preimages(x)
    np.logaddexp.at(total, found.point, -np.log(found.slope))
    return total, at(self, x)[1]


def even_steps(prior, steps):
    """Steps of equal width that count as of equal probability."""
    z = np.linspace(-4, 4, steps + 1)
    return z, np.full(steps, 1 / steps)


def whole_cells(corners_of):
    """The first triangle of each cell, and not the second."""
    grid = corners_of.reshape(len(corners_of), len(corners_of), 2)
    a, b, c = grid[:-1, :-1], grid[1:, :-1], grid[:-1, 1:]
    return np.stack(2 * [np.stack([a, b, c], axis=2)]).reshape(-1, 3, 2)


def upside_down(self):
    best = optimal(self)
    return best and (lambda x: 1 - best(x))


MUTANTS = (
    Mutant(24, "p_g without 1 / |G'|", *(MonotonePieces, "preimages", without_slope), (*STATED, *CLOSED)),
    Mutant(24, "p_g of one preimage alone", *(MonotonePieces, "preimages", one_preimage), (*STATED, *CLOSED)),
    Mutant(24, "p_g without p_z", *(Pushforward, "at", without_prior), (*STATED, *CLOSED)),
    Mutant(
        24,
        "p_g on a mesh whose steps are not of equal probability",
        *(mesh, "_axis", even_steps),
        ("theory/test_mesh.py::test_the_raster_is_that_of_many_samples",),
    ),
    Mutant(
        24,
        "p_g on a mesh with half of each cell",
        *(mesh, "_triangles", whole_cells),
        ("theory/test_mesh.py::test_the_density_of_a_linear_map_is_exact",),
    ),
    Mutant(24, "the gap of D with the wrong sign", *(Nodes, "gap", lambda self, t: -gap(self, t)), HALF),
    Mutant(
        24,
        "|D - D*| under p_g taken for that under p_data",
        *(Nodes, "distances", lambda self, t: distances(self, t)[::-1]),
        HALF,
    ),
    Mutant(
        24,
        "D* upside down in the picture",
        *(Oracle, "optimal", upside_down),
        ("observers/test_oracle.py::test_the_picture_has_d_star_the_right_way_up",),
    ),
    Mutant(
        24,
        "two rules of quadrature that are blind to the same jumps",
        *(quadrature, "NODES", (8, 12)),
        ("theory/test_quadrature.py::test_a_jump_in_the_middle_of_a_box_is_seen",),
    ),
)
