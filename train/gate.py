"""Trains the cheap gate of `--only-talks`: a linear classifier over the words of a report, written as words with weights.

    python train/gate.py --data ../shared --out src/annotate/gate.tsv

Positive: annotated reports with at least one position, assessment or encounter. Unlabelled, taken as negative: other
Reuters stories and PolNeAR articles (some of them are about talks, so that its precision is better than it looks).
The threshold is the one that keeps 99 % of the positives in five-fold cross-validation.
"""
import argparse, glob, json, os, random, re

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

ap = argparse.ArgumentParser()
ap.add_argument("--data", required=True); ap.add_argument("--out", required=True)
a = ap.parse_args()
random.seed(1)
held = ("coffee", "cocoa", "rubber", "philippine", "semiconductor")


def features(text):
    # words in lower case only: names, weekdays and months belong to the talks at hand; nor may their subject tell them
    return {w: 1 for w in re.findall(r"(?<!\w)[a-z]+(?!\w)", text) if 2 < len(w) < 20 and not w.startswith(held)}


reports, positive = [], []
for name in ("reuters", "fictional"):
    gold = {g["id"]: g for g in map(json.loads, open(f"{a.data}/silver/{name}.gold.jsonl"))}
    for r in map(json.loads, open(f"{a.data}/silver/{name}.reports.jsonl")):
        g = gold[r["id"]]
        reports.append(r["text"]); positive.append(bool(g["positions"] or g["assessments"] or g["encounters"]))
known = {t[:80] for t in reports}
for f in sorted(glob.glob(f"{a.data}/corpora/reuters21578/*.sgm")):
    for body in re.findall(r"<BODY>(.*?)</BODY>", open(f, encoding="latin-1").read(), re.S):
        text = re.sub(r"\s+", " ", body.replace("&lt;", "<").replace("&amp;", "&"))
        if random.random() < 0.25 and text[:80] not in known and not any(w in text.lower() for w in held):
            reports.append(text); positive.append(False)
for f in sorted(glob.glob(f"{a.data}/corpora/polnear/train/text/*.txt")):
    reports.append(open(f, encoding="utf-8").read()); positive.append(False)
y = np.array(positive)
vec = DictVectorizer(); x = vec.fit_transform([features(t) for t in reports])
keep = np.asarray((x > 0).sum(0)).ravel() >= 8
x, names = x[:, keep], np.array(vec.get_feature_names_out())[keep]
# words by how well they tell the two apart
fit = lambda x, y: LogisticRegression(C=0.3, class_weight="balanced", max_iter=400).fit(x, y)
first = fit(x, y); top = np.argsort(-np.abs(first.coef_[0]))[:1500]
x, names = x[:, top], names[top]
fold = np.random.default_rng(1).permutation(len(y)) % 5
score = np.zeros(len(y))
for k in range(5): score[fold == k] = fit(x[fold != k], y[fold != k]).decision_function(x[fold == k])
threshold = np.quantile(score[y], 0.01)
print(f"positives {y.sum()} others {(~y).sum()}; cross-validated recall {np.mean(score[y] >= threshold):.3f}, others passed on {np.mean(score[~y] >= threshold):.3f}")
final = fit(x, y); order = np.argsort(names)
with open(a.out, "w") as o:
    o.write("# Words with their weights for telling reports about talks from others; made by train/gate.py.\n")
    o.write(f"*bias\t{final.intercept_[0] - threshold:.3f}\n")
    for i in order:
        if abs(final.coef_[0][i]) >= 0.005: o.write(f"{names[i]}\t{final.coef_[0][i]:.3f}\n")
