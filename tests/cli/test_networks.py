"""tinygan networks: both networks as tables and as one picture."""

import pytest
from PIL import Image

APART = {
    "discogan": ("G (b to a)", "G (a to b)", "D (a)", "D (b)"),
    "vae": ("G (encoder)", "G (decoder)"),
    "vae-gan": ("G (encoder)", "G (decoder)", "D"),
}


def test_both_networks_are_listed_and_drawn(tinygan, tmp_path):
    result = tinygan("networks", "gan-1d")
    assert (result.code, result.err) == (0, "")
    assert "G, for a minibatch of 64\nlayer  output    parameters\nDense  (64, 32)          64" in result.out
    assert "D, for a minibatch of 64\nlayer " in result.out
    assert result.out.endswith("picture: networks-gan-1d.png\n")
    with Image.open(tmp_path / "networks-gan-1d.png") as picture:
        assert picture.height > picture.width > 300  # two rows


@pytest.mark.parametrize(("recipe", "names"), APART.items())
def test_networks_that_stand_side_by_side_are_not_drawn_as_one_chain(tinygan, tmp_path, recipe, names):
    data = [] if recipe == "discogan" else ["--set", "data_size=100"]
    result = tinygan("networks", recipe, *data, "--out", "a.svg")
    assert (result.code, result.err) == (0, "")
    titles = [line for line in result.out.splitlines() if line.endswith(", for a minibatch of 64")]
    assert titles == [f"{name}, for a minibatch of 64" for name in names]
    assert not [line for line in result.out.splitlines() if line.split() == ["total", "0"]]
    tables = result.out.split("minibatch of 64")[1:]
    assert all(len(table.splitlines()) > 6 for table in tables)


def test_settings_change_them(tinygan, tmp_path):
    chosen = [f"--set={each}" for each in ("width=4", "latent=3", "g_dense=8", "d_dense=8")]
    result = tinygan("networks", "dcgan-quick", *chosen, "--out", "a.svg")
    assert result.code == 0, result.err
    assert "ConvTranspose2d  (64, 14, 14, 4)" in result.out
    assert (tmp_path / "a.svg").read_bytes().startswith(b"<?xml")


def test_a_mistake_is_one_line(tinygan, tmp_path):
    for arguments in (("gan1d",), ("gan-1d", "--out", "a.gif"), ("gan-1d", "--set", "wide=3")):
        result = tinygan("networks", *arguments)
        assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert list(tmp_path.iterdir()) == []
