#!/usr/bin/env bash
# Everything that needs an NVIDIA GPU, in about seven minutes: bash tests/gpu.sh FOLDER
# Each part leaves its log in FOLDER and its last lines here. The exit code is the number of parts that failed.
set -u
cd "$(dirname "$0")/.."
out=${1:?"usage: bash tests/gpu.sh FOLDER"}
mkdir -p "$out"
export PYTHONPATH=$PWD${PYTHONPATH:+:$PYTHONPATH}
failed=0

part() {  # part NAME SECONDS COMMAND...
    local name=$1 limit=$2 start=$SECONDS code=0
    shift 2
    timeout "$limit" "$@" >"$out/$name.log" 2>&1 || code=$?
    echo "== $name: exit $code, $((SECONDS - start)) s"
    tail -n 6 "$out/$name.log"
    return $code
}

spread=()
python3 -c "import xdist" 2>/dev/null && spread=(-n 8 -p no:benchmark)

part machine 60 python3 -c "
import cupy, numpy, platform
cupy.show_config()
print('Python', platform.python_version(), 'NumPy', numpy.__version__)" || failed=$((failed + 1))
# What is timed has the machine to itself; the two that only compare numbers share it.
part dcgan 90 python3 -m tinygan train dcgan --data digits --backend cupy --iterations 300 --out "$out/run" || failed=$((failed + 1))
part bench 150 python3 -m tinygan bench mlp dcgan-28 wgan-gp-mlp --backend cupy --against torch --rounds 7 \
    --out "$out/bench.json" || failed=$((failed + 1))
part gradcheck 220 python3 -m tinygan gradcheck --backend cupy &
part tests 220 python3 -m pytest -m gpu -q --durations 10 -p no:cacheprovider "${spread[@]}" || failed=$((failed + 1))
wait $! || failed=$((failed + 1))
exit $failed
