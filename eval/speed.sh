#!/usr/bin/env bash
# Speed and memory of the whole of `travaux read` on the first 1,000 Reuters stories:  eval/speed.sh [DATA] [BINARY]
# DATA is the folder with corpora/reuters21578 (Reuters-21578, distribution 1.0; the texts are not ours to ship).
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-../shared} bin=${2:-target/release/travaux}
[ -d "$data/corpora/reuters21578" ] || { echo "speed: no corpora/reuters21578 in $data; give the data folder as first argument" >&2; exit 2; }
[ -x "$bin" ] || { echo "speed: $bin is not built; run cargo build --release" >&2; exit 2; }
python3 - "$data/corpora/reuters21578" "$bin" <<'PY'
import functools, json, os, re, subprocess, sys, tempfile, time

vocabulary = set(open("models/vocab.txt", encoding="utf-8").read().split("\n"))


@functools.lru_cache(None)
def pieces(word):
    """How many word pieces a word has: the longest known ones from the left."""
    at = count = 0
    while at < len(word):
        end = next((e for e in range(len(word), at, -1) if ("##" if at else "") + word[at:e] in vocabulary), None)
        if end is None: return 1
        at, count = end, count + 1
    return count


folder, binary = sys.argv[1:]
first = os.path.join(folder, "reut2-000.sgm")
with tempfile.TemporaryDirectory() as tmp:
    out = os.path.join(tmp, "out.jsonl")

    def run(name, *options, source=first):
        start = time.perf_counter()
        child = subprocess.Popen([binary, "read", "-q", "--format", "json", "-o", out, *options, source], stderr=subprocess.DEVNULL)
        _, _, use = os.wait4(child.pid, 0)
        took = time.perf_counter() - start
        records = [json.loads(l) for l in open(out, encoding="utf-8")]
        read = sum(pieces(w) for r in records for w in re.findall(r"\w+|[^\w\s]", r["report"]["text"].lower()))
        print(f"{name:34}{len(records):7}{took:9.2f} s{len(records) / took:9.1f} reports/s{read / took:9.0f} pieces/s{use.ru_maxrss / 1024:8.0f} MiB")

    one = os.path.join(tmp, "one.txt")
    open(one, "w").write("Talks go on\n\nThe two sides met on Monday, a spokesman said.\n")
    run("start to end, one sentence", source=one)
    run("statements only, one thread", "-j1", "--statements-only")
    run("statements only, all cores", "--statements-only")
    run("one thread", "-j1")
    run("all cores")
    run("only talks, one thread", "-j1", "--only-talks")
PY
