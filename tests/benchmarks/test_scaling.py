"""Powers are found where they are, sweeps are measured point by point, and the picture shows them."""

import numpy as np
import pytest
from PIL import Image

from tinygan.bench.picture import panels
from tinygan.bench.scaling import SWEEPS, Scaling, Sweep, chain, power_law, record, scale
from tinygan.bench.workloads import workload

FEW = Sweep("depth", "multiplications", (10, 100), "tinygan.bench.scaling:chain", lambda *a: [*a])


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.5])
def test_a_power_is_found_again(exponent):
    values = np.array([16, 32, 64, 512])
    constant, found = power_law(values, 0.25 * values**exponent)
    assert (constant, found) == pytest.approx((0.25, exponent))


def test_noise_moves_the_exponent_a_little():
    values = np.array([10.0, 100.0, 1000.0])
    assert power_law(values, values**2 * [1.1, 0.9, 1.1])[1] == pytest.approx(2.0, abs=0.01)


def test_the_sweeps_are_those_that_were_promised():
    spans = {sweep.name: (sweep.values[0], sweep.values[-1]) for sweep in SWEEPS}
    assert spans == {"batch": (16, 512), "width": (16, 128), "size": (16, 128), "depth": (100, 100_000)}
    for sweep in SWEEPS[:3]:
        name, settings, backend = sweep.arguments(16, "numpy")
        work = workload(name, **settings)
        assert backend == "numpy"
        assert {"batch": work.m, "width": work.D.layers[0].weight.shape[3], "size": work.shape[0]}[sweep.name] == 16


def test_the_chain_is_as_deep_as_it_says():
    x_to_the_11th = chain(10, "numpy").iterate()
    assert [float(gradient) for gradient in x_to_the_11th] == [11.0]


def test_each_point_is_measured_and_what_comes_next_is_told():
    told = list(scale([FEW], rounds=2, threads=1))
    assert [following for following, _ in told] == ["depth 10", "depth 100", ""]
    found = told[-1][1]
    assert len(found.seconds) == 2
    assert all(seconds > 0 for seconds in found.seconds)
    assert record(found).keys() == {"varied", "values", "seconds", "constant", "exponent"}


def test_a_panel_for_each_sweep_with_its_exponent(tmp_path):
    found = [Scaling(sweep, [1e-9 * value**1.5 for value in sweep.values]) for sweep in SWEEPS]
    figure = panels(found, "title")
    assert [ax.get_title() for ax in figure.axes] == [f"{s.name}: seconds ~ {s.name}$^{{1.50}}$" for s in SWEEPS]
    assert all(ax.get_xscale() == ax.get_yscale() == "log" for ax in figure.axes)
    figure.savefig(tmp_path / "s.png")
    with Image.open(tmp_path / "s.png") as picture:
        assert picture.size[0] > 500


def test_an_odd_number_of_sweeps_leaves_no_empty_panel():
    assert len(panels([Scaling(FEW, [1.0, 2.0])], "title").axes) == 1
