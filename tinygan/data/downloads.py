"""The data sets that can be fetched: where they are served, how large their files are, and their SHA-256.

SHA-256 is that of the file as it is read, not of its gzip, which a mirror may have packed anew. CIFAR-10 is published
as one archive, so there it is that of the archive; what comes out of it is noted beside the files.
"""

from typing import NamedTuple


class Zipped(NamedTuple):
    """A file that is served as NAME.gz."""

    name: str  # unpacked
    packed: int  # bytes of NAME.gz as it was published: the most that a mirror may send
    size: int  # bytes, unpacked
    sha256: str  # unpacked

    @property
    def served(self) -> str:
        return f"{self.name}.gz"

    @property
    def names(self) -> tuple[str, ...]:
        """The files that are kept."""
        return (self.name,)


class Archive(NamedTuple):
    """A .tar.gz, of which some members are kept."""

    served: str
    packed: int  # bytes
    sha256: str  # packed
    members: tuple[str, ...]  # their names in the archive
    size: int  # bytes of each member

    @property
    def names(self) -> tuple[str, ...]:
        """The files that are kept."""
        return tuple(member.rpartition("/")[2] for member in self.members)


class Published(NamedTuple):
    """A data set as it is served."""

    folder: str  # under the cache
    mirrors: tuple[str, ...]  # addresses that end in a slash; the names of `files` follow
    files: tuple[Zipped | Archive, ...]  # those that the data set cannot be read without come last

    @property
    def names(self) -> list[str]:
        """The files that are kept, sorted."""
        return sorted(name for file in self.files for name in file.names)


# MNIST's and Fashion-MNIST's were computed from the files; the sizes are those of the published .gz.
_MNIST = Published(
    "mnist",
    (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",  # torchvision's
        "https://storage.googleapis.com/cvdf-datasets/mnist/",  # TensorFlow Datasets'
        "https://apache-mxnet.s3-accelerate.dualstack.amazonaws.com/gluon/dataset/mnist/",
    ),
    (
        Zipped(
            "t10k-labels-idx1-ubyte", 4_542, 10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
        ),
        Zipped(
            "train-labels-idx1-ubyte",
            28_881,
            60_008,
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        Zipped(
            "t10k-images-idx3-ubyte",
            1_648_877,
            7_840_016,
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        Zipped(
            "train-images-idx3-ubyte",
            9_912_422,
            47_040_016,
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
    ),
)
_FASHION_MNIST = Published(
    "fashion-mnist",
    (
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",  # its authors'
        "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",  # its authors'
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "https://apache-mxnet.s3-accelerate.dualstack.amazonaws.com/gluon/dataset/fashion-mnist/",
    ),
    (
        Zipped(
            "t10k-labels-idx1-ubyte", 5_148, 10_008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
        ),
        Zipped(
            "train-labels-idx1-ubyte",
            29_515,
            60_008,
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        ),
        Zipped(
            "t10k-images-idx3-ubyte",
            4_422_102,
            7_840_016,
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        ),
        Zipped(
            "train-images-idx3-ubyte",
            26_421_880,
            47_040_016,
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        ),
    ),
)
_CIFAR10 = Published(
    "cifar-10-batches-bin",
    (
        "https://cave.cs.toronto.edu/kriz/",  # its author's
        "https://www.cs.toronto.edu/~kriz/",  # its author's, which redirects
        "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/",  # Swift for TensorFlow's
    ),
    (
        Archive(
            "cifar-10-binary.tar.gz",
            170_052_171,
            # of TensorFlow Datasets, url_checksums/cifar10.txt; the MD5 that its author states is
            # c32a1d4ab5d03f1284b67883e8d87530
            "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
            tuple(
                f"cifar-10-batches-bin/{name}.bin" for name in ("test_batch", *(f"data_batch_{i}" for i in range(1, 6)))
            ),
            30_730_000,
        ),
    ),
)
DOWNLOADS = {"mnist": _MNIST, "fashion-mnist": _FASHION_MNIST, "cifar10": _CIFAR10}
