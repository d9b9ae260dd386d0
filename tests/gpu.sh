#!/usr/bin/env bash
# All that needs an NVIDIA GPU with CuPy and PyTorch, in less than eight minutes: bash tests/gpu.sh FOLDER
# Each part has its limit and leaves NAME.log in FOLDER; one that fails stops no other. What is printed is in
# FOLDER/summary.txt too. The exit code is the number of parts that failed.
# Without a GPU, its steps can be tried on NumPy and on the stand-in for CuPy: bash tests/gpu.sh FOLDER rehearsal
set -u
cd "$(dirname "$0")/.."
out=${1:?"usage: bash tests/gpu.sh FOLDER [rehearsal]"}
mkdir -p "$out"
exec > >(tee "$out/summary.txt") 2>&1
summary=$!
export PYTHONPATH=$PWD${PYTHONPATH:+:$PYTHONPATH} PYTHONUNBUFFERED=1
deadline=460 # seconds, after which no part goes on
failed=0

if [ "${2:-}" = rehearsal ]; then
    device=numpy stand_in=strict iterations=4 small=(--set width=4) rounds=1
    chosen=(-m "not slow and not gpu and not tutorial" -k strict)
else
    device=cupy stand_in=cupy iterations=300 small=() rounds=5
    chosen=(-m gpu)
fi
tests=(python3 -m pytest "${chosen[@]}" -v --tb short --durations 10 -p no:benchmark -p no:cacheprovider)
tests+=(-o addopts=) # xdist may be absent
python3 -c "import xdist" 2>/dev/null && [ "$device" = cupy ] && tests+=(-n 8)
tinygan=(python3 -m tinygan)
train=(--data digits --iterations $iterations --set record_every=1 "${small[@]}")

part() { # part NAME SECONDS COMMAND...: failed tests as they fail, and at the end the last lines
    local name=$1 limit=$2 start=$SECONDS code
    shift 2
    ((limit > deadline - SECONDS)) && limit=$((deadline - SECONDS))
    if ((limit < 5)); then
        echo "== $name: no time left after $SECONDS s"
        return 1
    fi
    timeout -k 5 "$limit" "$@" 2>&1 | tee "$out/$name.log" | grep --line-buffered -E '(^| )(FAILED|ERROR)( |$)'
    code=${PIPESTATUS[0]}
    echo "== $name: exit $code, $((SECONDS - start)) s"
    tail -n 12 "$out/$name.log"
    return "$code"
}

part machine 30 python3 -c "
import platform
print('Python', platform.python_version())
for name in ('numpy', 'cupy', 'torch'):
    try:
        print(name, __import__(name).__version__)
    except ImportError:
        print(name, 'is missing')
if '$device' == 'cupy':
    import cupy
    cupy.show_config()" || ((failed++))

python3 -c "import tinygan.cli, tinygan.recipes" || { echo "the package's dependencies are missing: python3 -m pip install ."; exit 1; }

# The quick tests, before anything takes long.
part tests 90 "${tests[@]}" tests --ignore tests/gradcheck --ignore tests/objectives || ((failed++))

# What is timed has the machine to itself.
part dcgan 60 "${tinygan[@]}" train dcgan --backend $device "${train[@]}" --out "$out/dcgan" || ((failed++))
part cgan 45 "${tinygan[@]}" train cgan --backend $device "${train[@]}" --out "$out/cgan" || ((failed++))
part sample 20 "${tinygan[@]}" sample "$out/cgan" --out "$out/cgan.png" || ((failed++))
for work in ring mlp dcgan-28 dcgan-64 wgan-gp-mlp wgan-gp-dcgan-28; do
    bench=("${tinygan[@]}" bench $work --backend $device --against torch --rounds $rounds --out "$out/bench-$work.json")
    # By default PyTorch convolves in TF32, whose losses may be too far from those of float32 to be compared.
    part bench-$work 40 "${bench[@]}" || {
        grep -sq 'do not compute the same' "$out/bench-$work.log" &&
            part bench-$work-float32 40 env NVIDIA_TF32_OVERRIDE=0 "${bench[@]}"
    } || ((failed++))
done
part launches 90 python3 tests/gpu/launches.py $stand_in "$out/launches" || ((failed++))
part examples 60 python3 tests/gpu/examples.py $stand_in "$out/examples" || ((failed++))

# Ranks of MPI, where mpi4py and mpiexec are: two share the one GPU, which NCCL does not allow, so by way of the host.
if command -v mpiexec >/dev/null && python3 -c "import mpi4py" 2>/dev/null; then
    two=(env CUDA_VISIBLE_DEVICES=0 mpiexec -n 2 python3)
    low=(g_learning_rate=1e-5 d_learning_rate=1e-5)
    [ "$device" = numpy ] || part nccl 40 mpiexec -n 1 python3 tests/gpu/nccl.py || ((failed++))
    part ranks 60 "${two[@]}" -m tests.algorithms.by_mpi 20 dcgan-quick m=32 "${low[@]}" backend=$device || ((failed++))
    run=(train dcgan-quick --backend $device --iterations 50 --out "$out/ranks-run")
    part ranks-train 40 "${two[@]}" -m tinygan "${run[@]}" || ((failed++))
fi

# What only compares numbers shares it. `gradcheck` checks what the test of the same table would check again.
part gradcheck 240 "${tinygan[@]}" gradcheck --backend $device &
gradcheck=$!
OPENBLAS_NUM_THREADS=4 part twin 240 "${tinygan[@]}" train dcgan --backend numpy "${train[@]}" --out "$out/twin" &
twin=$!
same=tests/gradcheck/test_table.py::test_gradients_are_derivatives_on_a_gpu
part tests-of-gradients 240 "${tests[@]}" tests/gradcheck tests/objectives --deselect $same || ((failed++))
wait $twin || ((failed++))
part agreement 20 python3 tests/gpu/agreement.py "$out/twin" "$out/dcgan" || ((failed++))
wait $gradcheck || ((failed++))

echo "$failed parts failed, $SECONDS s"
exec >&- 2>&-
wait $summary # until it is written
exit $failed
