"""A sum over one GPU by NCCL, which the ranks of MPI use between theirs: mpiexec -n 1 python tests/gpu/nccl.py."""

from tinygan.mpi import _by_nccl


def main() -> None:
    """Raises AssertionError if NCCL is missing, or if a sum over one device is another array."""
    import cupy

    summed = _by_nccl(1, 0)
    assert summed is not None, "CuPy has no NCCL here"
    for array in (cupy.arange(6.0).reshape(2, 3).T, cupy.array(2.5, cupy.float32), cupy.ones(1 << 20, cupy.float32)):
        total = summed(array)
        assert (total.shape, total.dtype) == (array.shape, array.dtype)
        assert bool((total == array).all())
    print("NCCL sums arrays of", cupy.cuda.runtime.getDeviceCount(), "GPU")


if __name__ == "__main__":
    main()
