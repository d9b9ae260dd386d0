"""tinygan train --oracle: more numbers and one more curve, and the same run."""

import json

import pytest

pytestmark = pytest.mark.usefixtures("sketched")


def records(folder):
    return [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]


def without(record):
    return {name: value for name, value in record.items() if not name.startswith("oracle/")}


def test_it_adds_numbers_and_changes_none(tinygan, tiny, tmp_path):
    for name, flags in (("plain", []), ("known", ["--oracle"])):
        ran = tinygan(*tiny, *flags, "--iterations", 10, "--out", name)
        assert (ran.code, ran.err) == (0, "")
    plain, known = (records(tmp_path / name) for name in ("plain", "known"))
    assert [without(record) for record in known] == plain
    assert all(set(record) - set(without(record)) >= {"oracle/jsd", "oracle/gap", "oracle/w1"} for record in known)
    assert (tmp_path / "plain/checkpoint.npz").read_bytes() == (tmp_path / "known/checkpoint.npz").read_bytes()
    settings = [(tmp_path / name / "config.toml").read_text() for name in ("plain", "known")]
    assert settings[1].replace("oracle = true\n", "") == settings[0]


def test_a_resumed_run_goes_on_with_it(tinygan, tiny, tmp_path):
    assert tinygan(*tiny, "--oracle", "--iterations", 5, "--out", "broken").code == 0
    assert tinygan(*tiny, "--oracle", "--iterations", 10, "--out", "whole").code == 0
    assert tinygan("train", "--resume", "broken", "--iterations", 10).code == 0
    for name in ("history.jsonl", "config.toml", "checkpoint.npz", "curves.png"):
        assert (tmp_path / "broken" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_it_can_be_left_out_and_taken_up_again(tinygan, tiny, tmp_path):
    assert tinygan(*tiny, "--oracle", "--iterations", 5, "--out", "a").code == 0
    assert tinygan("train", "--resume", "a", "--no-oracle", "--iterations", 10).code == 0
    assert "oracle" not in (tmp_path / "a/config.toml").read_text()
    assert tinygan("train", "--resume", "a", "--oracle", "--iterations", 15).code == 0
    assert ["oracle/jsd" in record for record in records(tmp_path / "a")] == [True, False, True]


def test_its_configuration_starts_such_a_run_again(tinygan, tiny, tmp_path):
    assert tinygan(*tiny, "--oracle", "--iterations", 5, "--out", "a").code == 0
    assert tinygan("train", "--config", "a/config.toml", "--out", "b").code == 0
    assert records(tmp_path / "a") == records(tmp_path / "b")
    assert tinygan("train", "--config", "a/config.toml", "--no-oracle", "--out", "c").code == 0
    assert "oracle/jsd" not in records(tmp_path / "c")[0]
    assert tinygan("profile", "--config", "a/config.toml", "--iterations", 1).code == 0
    (tmp_path / "odd.toml").write_text('recipe = "gan-1d"\noracle = "yes"\n')
    ran = tinygan("train", "--config", "odd.toml")
    assert (ran.code, ran.err) == (2, "odd.toml: oracle is expected to be true or false, got 'yes'\n")


def test_a_resumed_run_says_why_it_goes_on_without(tinygan, tiny, tmp_path):
    assert tinygan(*tiny, "--oracle", "--iterations", 5, "--out", "a").code == 0
    config = tmp_path / "a/config.toml"
    config.write_text(config.read_text().replace("oracle = true", "oracle = 1"))
    ran = tinygan("train", "--resume", "a", "--iterations", 10)
    words = "a/config.toml: oracle is expected to be true or false, got 1; the run goes on without an oracle\n"
    assert (ran.code, ran.err) == (0, words)


def test_what_it_cannot_compare_is_one_line_and_leaves_nothing(tinygan, tmp_path):
    ran = tinygan("train", "gan-1d", "--data", "ring", "--oracle", "--out", "a")
    assert ran.code == 2
    assert ran.err.endswith("with 1 p_g lies on a curve and has no density; choose latent=2\n")
    assert not (tmp_path / "a").exists()


def test_it_says_what_is_an_estimate(tinygan, tmp_path):
    ran = tinygan("train", "wgan", "--data", "gaussian", "--oracle", "--iterations", 1, "--batch-size", 8, "--out", "a")
    assert ran.code == 0
    words = " ".join(ran.out.split())
    assert "oracle: p_g is estimated by a histogram of 65,536 samples" in words
    assert "oracle: no D* and no gap" in words
