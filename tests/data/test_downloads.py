"""The table of what can be fetched."""

from tinygan.data.downloads import DOWNLOADS, Archive, Zipped


def test_every_mirror_is_https_and_every_file_has_a_hash():
    for published in DOWNLOADS.values():
        assert len(set(published.mirrors)) == len(published.mirrors) > 1
        assert all(mirror.startswith("https://") and mirror.endswith("/") for mirror in published.mirrors)
        assert all(len(bytes.fromhex(file.sha256)) == 32 for file in published.files)


def test_both_sets_of_idx_files_have_the_sizes_of_60000_and_10000_images():
    for name in ("mnist", "fashion-mnist"):
        files = DOWNLOADS[name].files
        assert [file.size for file in files] == [8 + 10_000, 8 + 60_000, 16 + 784 * 10_000, 16 + 784 * 60_000]
        assert all(isinstance(file, Zipped) and file.packed < file.size for file in files)
        assert all(not set(file.sha256) - set("0123456789abcdef") for file in files)


def test_the_files_that_a_loader_looks_for_come_last():
    """So an interrupted fetch leaves no images without their labels."""
    for name in ("mnist", "fashion-mnist"):
        assert [file.name.split("-")[:2] for file in DOWNLOADS[name].files] == [
            ["t10k", "labels"],
            ["train", "labels"],
            ["t10k", "images"],
            ["train", "images"],
        ]


def test_cifar10_is_the_binary_version():
    (archive,) = DOWNLOADS["cifar10"].files
    assert isinstance(archive, Archive)
    assert archive.size == 10_000 * 3073
    assert archive.names == ("test_batch.bin", *(f"data_batch_{i}.bin" for i in range(1, 6)))
