"""Recall of `--only-talks` on the gold reports about talks that its training held out.

    python eval/gate.py REPORTS.jsonl GOLD.jsonl [BINARY]

A report counts where its gold has a position, an assessment or an encounter. Prints kept,of,share and, on the standard
error, the ids that were passed over.
"""
import json, subprocess, sys


def main():
    reports, gold = sys.argv[1:3]
    binary = sys.argv[3] if len(sys.argv) > 3 else "target/release/travaux"
    about = {str(g["id"]) for g in map(json.loads, open(gold, encoding="utf-8")) if g["positions"] or g["assessments"] or g["encounters"]}
    run = subprocess.run([binary, "read", "-q", "--only-talks", "--from", "jsonl", "--format", "json", reports],
                         capture_output=True, text=True, encoding="utf-8")
    kept = {str(json.loads(l)["report"]["id"]) for l in run.stdout.splitlines()}
    lost = sorted(about - kept)
    print(f"{len(about) - len(lost)},{len(about)},{100 * (1 - len(lost) / max(1, len(about))):.1f}")
    if lost: print("passed over:", *lost, file=sys.stderr)


main()
