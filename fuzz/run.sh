#!/usr/bin/env bash
# Fuzzes the readers on the stable toolchain: fuzz/run.sh [SECONDS [TARGET...]]; 60 seconds a target unless
# said otherwise. What breaks a reader is left in fuzz/artifacts/TARGET.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-60}
shift || true
targets=("${@:-}")
if [ -z "${targets[0]}" ]; then targets=(text html jsonl sgml detect); fi
# The coverage that libFuzzer needs comes from LLVM; cargo-fuzz would ask for a nightly toolchain.
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares"
# A target of its own (--target): build scripts and macros are not to be instrumented.
host=$(rustc -vV | sed -n 's/^host: //p')
cargo build --release --target "$host"
binaries=${CARGO_TARGET_DIR:-target}/$host/release
status=0
for target in "${targets[@]}"; do
    mkdir -p "corpus/$target" "artifacts/$target"
    echo "== $target, $seconds seconds"
    "$binaries/$target" "corpus/$target" "seeds/$target" -max_total_time="$seconds" -max_len=20000 \
        -timeout=20 -rss_limit_mb=2048 -dict=words.dict -artifact_prefix="artifacts/$target/" \
        -print_final_stats=1 -verbosity=0 || status=1
done
exit $status
