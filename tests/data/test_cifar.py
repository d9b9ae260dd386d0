import numpy as np
import pytest

from tinygan.data import cifar
from tinygan.data.cifar import cifar10


def write(folder, name, images, labels):
    """Records as the format's page describes them: label, 1024 red, 1024 green, 1024 blue."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("wb") as file:
        for image, label in zip(images, labels, strict=True):
            file.write(bytes([label]))
            for channel in range(3):
                for row in range(32):
                    file.write(bytes(image[row, :, channel].tolist()))


def pictures(n, seed):
    return np.random.default_rng(seed).integers(0, 256, (n, 32, 32, 3), dtype=np.uint8)


def write_training_set(folder):
    for i in range(1, 6):
        write(folder, f"data_batch_{i}.bin", pictures(2, seed=i), [i, 9 - i])


@pytest.mark.parametrize("place", [".", "cifar-10-batches-bin", "cifar10-subset"])
def test_the_five_batches_in_order(tmp_path, place):
    write_training_set(tmp_path / place)
    data = cifar10(tmp_path)
    assert data.shape == (32, 32, 3)
    np.testing.assert_array_equal(data.images, np.concatenate([pictures(2, seed=i) for i in range(1, 6)]))
    np.testing.assert_array_equal(data.labels, [1, 8, 2, 7, 3, 6, 4, 5, 5, 4])
    assert data.labels.dtype == np.int64


def test_the_test_batch(tmp_path):
    write(tmp_path, "test_batch.bin", pictures(3, seed=0), [0, 9, 4])
    data = cifar10(str(tmp_path), "test")
    np.testing.assert_array_equal(data.images, pictures(3, seed=0))
    np.testing.assert_array_equal(data.labels, [0, 9, 4])


@pytest.mark.parametrize("size", [0, 1, 3072, 3074, 2 * 3073 - 1])
def test_a_file_of_another_length_is_refused(tmp_path, size, refused):
    (tmp_path / "test_batch.bin").write_bytes(bytes(size))
    with refused(tmp_path / "test_batch.bin", "multiple of 3073", f"got {size}"):
        cifar10(tmp_path, "test")


def test_a_file_too_large_for_memory_is_refused(tmp_path, monkeypatch, refused):
    monkeypatch.setattr(cifar, "LIMIT", 3073)
    (tmp_path / "test_batch.bin").write_bytes(bytes(2 * 3073))
    with refused("at most 3073", "got 6146"):
        cifar10(tmp_path, "test")


def test_files_too_large_together_are_refused_before_any_is_read(tmp_path, monkeypatch, refused):
    monkeypatch.setattr(cifar, "LIMIT", 9 * 3073)
    write_training_set(tmp_path)
    (tmp_path / "data_batch_1.bin").write_bytes(b"\xff" * 2 * 3073)  # a label that would be refused, were it read
    with refused("data_batch_1.bin", f"at most {9 * 3073} in all"):
        cifar10(tmp_path)


def test_a_label_out_of_range_is_refused(tmp_path, refused):
    write(tmp_path, "test_batch.bin", pictures(2, seed=0), [3, 10])
    with refused(tmp_path / "test_batch.bin", "0 to 9", "10"):
        cifar10(tmp_path, "test")


def test_missing_files_are_named(tmp_path, refused):
    write_training_set(tmp_path)
    (tmp_path / "data_batch_3.bin").unlink()
    with refused(tmp_path, "lacks data_batch_3.bin"):
        cifar10(tmp_path)
    with refused("test_batch.bin", tmp_path / "cifar-10-batches-bin", "--data-dir DIR", "--data digits"):
        cifar10(tmp_path, "test")
    with refused("cifar10", "--data-dir DIR", "--data digits"):
        cifar10()
    with refused("cifar10", "'dev'"):
        cifar10(tmp_path, "dev")
