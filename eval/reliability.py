"""What confidence is worth: of the positions, assessments and encounters given so much, how many are right.

    python eval/reliability.py REPORTS.jsonl GOLD.jsonl SYSTEM.jsonl

Right is a position whose terms, holder and stance are the gold's (terms paired as the gold scorer pairs them), an
assessment with its value, an encounter with kind and status. Prints what,from,to,entries,mean confidence,share right.
"""
import json, sys

from anchors import in_sentences, overlap, pairs, same_name, words

BINS = [0, 0.2, 0.4, 0.6, 0.8, 1.01]


def judged(text, g, s):
    """(what, confidence, right) of every entry."""
    def terms(a, b):
        v = overlap(words(text, a["terms"]), words(text, b["terms"]))
        if v >= 0.4: return v + 0.1 * (a["stance"] == b["stance"])
        near = in_sentences(text, a["terms"]) & in_sentences(text, b["terms"])
        return 0.3 if near and a["stance"] == b["stance"] and same_name(a["holder"], b.get("holder")) else 0
    def near(a, b):
        touch = in_sentences(text, a["words"]) & in_sentences(text, b["words"])
        return 1 + overlap(words(text, a["words"]), words(text, b["words"])) if touch else 0
    for kind, score, right in (("positions", terms, lambda a, b: a["stance"] == b["stance"] and same_name(a["holder"], b.get("holder"))),
                               ("assessments", near, lambda a, b: a["value"] == b["value"]),
                               ("encounters", near, lambda a, b: a["kind"] == b["kind"] and a["status"] == b["status"])):
        paired = pairs(g[kind], s.get(kind) or [], score)
        for j, e in enumerate(s.get(kind) or []): yield kind, e["confidence"], j in paired and right(paired[j], e)


def main():
    load = lambda p: {r["id"]: r for r in map(json.loads, open(p, encoding="utf-8"))}
    reports, gold, system = map(load, sys.argv[1:4])
    all_ = [x for i, g in gold.items() for x in judged(reports[i]["text"], g, system.get(i, {}))]
    for kind in ("positions", "assessments", "encounters"):
        for lo, hi in zip(BINS, BINS[1:]):
            here = [(c, r) for k, c, r in all_ if k == kind and lo <= c < hi]
            if here: print(f"{kind},{lo},{min(hi, 1)},{len(here)},{sum(c for c, _ in here) / len(here):.2f},{100 * sum(r for _, r in here) / len(here):.1f}")


if __name__ == "__main__": main()
