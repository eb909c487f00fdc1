"""What confidence is worth: of the positions, assessments and encounters given so much, how many are right.

    python eval/reliability.py REPORTS.jsonl GOLD.jsonl SYSTEM.jsonl

Right is a position whose terms, holder and stance are the gold's (terms paired as the gold scorer pairs them), an
assessment with its value, an encounter with kind and status. Prints what,from,to,entries,mean confidence,share right.
"""
import json, re, sys

BINS = [0, 0.2, 0.4, 0.6, 0.8, 1.01]
STOP = set("the a an of for and to in on at by its their his her mr mrs ms sir dr senior chief".split())
END = re.compile(r"(?:[.!?][\"'”’)]*\s+(?=[\"'“‘(A-Z])|\n\n)")


def name(s): return {w for w in re.findall(r"\w+", (s or "").lower()) if w not in STOP}


def same(a, b):
    a, b = name(a), name(b)
    if not a or not b: return a == b
    return a <= b or b <= a or 2 * len(a & b) / (len(a) + len(b)) >= 0.6


def span(text, a):
    if "start" in a: return a["start"], a["end"]
    at = -1
    for _ in range(a.get("n", 1)): at = text.find(a["exact"], at + 1)
    return at, at + len(a["exact"])


def words(text, anchors):
    out = set()
    for b, e in (span(text, a) for a in anchors): out |= {b + m.start() for m in re.finditer(r"\w+", text[b:e])}
    return out


def overlap(a, b): return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def pairs(gold, system, score):
    rank = sorted(((score(g, s), i, j) for i, g in enumerate(gold) for j, s in enumerate(system)), key=lambda t: -t[0])
    used, seen, out = set(), set(), {}
    for v, i, j in rank:
        if v > 0 and i not in used and j not in seen: used.add(i); seen.add(j); out[j] = gold[i]
    return out


def judged(text, g, s):
    """(what, confidence, right) of every entry."""
    ends = [m.end() for m in END.finditer(text)] + [len(text)]
    sentence = lambda anchors: {sum(e <= b for e in ends) for b, _ in (span(text, a) for a in anchors)}
    def terms(a, b):
        v = overlap(words(text, a["terms"]), words(text, b["terms"]))
        if v >= 0.4: return v + 0.1 * (a["stance"] == b["stance"]) + 0.05 * same(a["holder"], b.get("holder"))
        return 0
    near = lambda a, b: 1 + overlap(words(text, a["words"]), words(text, b["words"])) if sentence(a["words"]) & sentence(b["words"]) else 0
    for kind, score, right in (("positions", terms, lambda a, b: a["stance"] == b["stance"] and same(a["holder"], b.get("holder"))),
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
