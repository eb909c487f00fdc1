#!/usr/bin/env bash
# All quality figures into eval/results.csv:  eval/run.sh [DATA] [BINARY] [KIND]
# DATA is the folder with corpora/polnear and gold/ (ask the maintainers; the texts are not ours to ship); KIND names
# the weights measured ("int8", as shipped; for "fp32", BINARY is a script that adds `--weights FILE`).
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-../shared} bin=${2:-target/release/travaux} kind=${3:-int8}
[ -d "$data/corpora/polnear" ] || { echo "eval: no corpora/polnear in $data; give the data folder as first argument" >&2; exit 2; }
[ -x "$bin" ] || { echo "eval: $bin is not built; run cargo build --release" >&2; exit 2; }
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
out=eval/results.csv
[ -f $out ] || echo "weights,set,line,precision,recall,f1" > $out
grep -v "^$kind," $out > "$tmp/rows" || true
python3 eval/polnear.py "$data/corpora/polnear" dev --bin "$bin" | awk -F, -v k="$kind" '{print k ",polnear dev," $1 " exact," $2 "," $3 "," $4}' >> "$tmp/rows"
cat "$data"/gold/dev/{coffee,cocoa}.reports.jsonl > "$tmp/reports"; cat "$data"/gold/dev/{coffee,cocoa}.gold.jsonl > "$tmp/gold"
"$bin" read "$tmp/reports" --from jsonl --format json --min-confidence 0 | python3 eval/to_gold.py > "$tmp/system"
python3 "$data/gold/score.py" "$tmp/reports" "$tmp/gold" "$tmp/system" --json |
  python3 eval/lines.py "$kind" "gold dev" statement "of paired" position assessment encounter >> "$tmp/rows"
python3 eval/refusal.py "$tmp/reports" "$tmp/gold" "$tmp/system" | awk -F, -v k="$kind" '{print k ",gold dev,refusal across sentences (of " $2 "),," $3 ","}' >> "$tmp/rows"
[ "$kind" != int8 ] || (echo "what,from,to,entries,mean confidence,right" && python3 eval/reliability.py "$tmp/reports" "$tmp/gold" "$tmp/system") > eval/reliability.csv
python3 eval/gate.py "$tmp/reports" "$tmp/gold" "$bin" | awk -F, -v k="$kind" '{print k ",gold dev,--only-talks keeps reports about talks,," $3 ","}' >> "$tmp/rows"
mv "$tmp/rows" $out
grep "^$kind," $out | column -s, -t
