"""tinygan networks: both networks as tables and as one picture."""

from PIL import Image


def test_both_networks_are_listed_and_drawn(tinygan, tmp_path):
    result = tinygan("networks", "gan-1d")
    assert (result.code, result.err) == (0, "")
    assert "G, for a minibatch of 64\nlayer  output    parameters\nDense  (64, 32)          64" in result.out
    assert "D, for a minibatch of 64\nlayer " in result.out
    assert result.out.endswith("picture: networks-gan-1d.png\n")
    with Image.open(tmp_path / "networks-gan-1d.png") as picture:
        assert picture.height > picture.width > 300  # two rows


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
