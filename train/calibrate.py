"""Fits what confidence is worth: scores of entries to the probability that they are right.

    travaux read REPORTS.jsonl --from jsonl --format json --min-confidence 0 --explain > READ.jsonl
    python train/calibrate.py REPORTS.jsonl GOLD.jsonl READ.jsonl OUT/calibration.json     (then train/coding_export.py again)

Logistic regression over the logarithms of the scores that `--explain` names: of a position terms, holder, stance; of an
assessment words and value; of an encounter words, kind and status. Right is what eval/reliability.py calls right.
"""
import json, math, os, re, sys

import numpy as np
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "eval"))
import reliability

SCORES = {"positions": ("terms", "holder", "stance"), "assessments": ("words", "value"), "encounters": ("words", "kind", "status")}


def scores(kind, entry):
    notes = dict(n.split(": ", 1) for n in entry["why"]["notes"] if ": " in n)
    def share(name):
        note = notes[name]
        if name == "holder":    # the entry's own holder need not be the first one
            for part in note.split(", "):
                who, p = re.fullmatch(r"(.*) (\d+) %", part).groups()
                if who == (entry["holder"] or "nobody in reach"): return int(p)
            return 5
        return int(re.search(r"(\d+) %", note).group(1))
    return [math.log(max(share(s), 1) / 100) for s in SCORES[kind]]


def main():
    reports, gold, read, out = sys.argv[1:]
    load = lambda p: {str(r["id"]): r for r in map(json.loads, open(p, encoding="utf-8"))}
    reports, gold = load(reports), load(gold)
    data = {k: ([], []) for k in SCORES}
    for line in open(read, encoding="utf-8"):
        r = json.loads(line); i = str(r["report"]["id"])
        entries = {k: list(r[k]) for k in SCORES}
        seen = {k: 0 for k in SCORES}
        for kind, _, right in reliability.judged(reports[i]["text"], gold[i], r):
            e = entries[kind][seen[kind]]; seen[kind] += 1
            data[kind][0].append(scores(kind, e)); data[kind][1].append(right)
    table = {}
    for kind, (x, y) in data.items():
        if len(set(y)) < 2: sys.exit(f"{kind}: {len(y)} entries, {sum(y)} of them right; nothing to calibrate on, train further")
        x, y = np.array(x), np.array(y)
        fit = LogisticRegression(C=100.0).fit(x, y)
        w = np.maximum(fit.coef_[0], 0.0)
        table[kind] = [float(fit.intercept_[0]), *map(float, w)]
        p = 1 / (1 + np.exp(-(x @ w + fit.intercept_[0])))
        print(kind, len(y), "right", f"{y.mean():.2f}", "given", f"{p.mean():.2f}", [round(v, 2) for v in table[kind]])
    json.dump(table, open(out, "w"))


main()
