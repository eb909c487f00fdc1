"""Annotation of Reuters stories as anchors without their text, and back.

    python train/annotations.py pack REPORTS.jsonl GOLD.jsonl > train/annotations/reuters.jsonl
    python train/annotations.py unpack train/annotations/reuters.jsonl READ.jsonl OUT     (OUT.reports.jsonl, OUT.gold.jsonl)

READ.jsonl is what `travaux read --format json` prints for the SGML files of Reuters-21578: its texts are the ones that the
offsets (code points) count in. A story whose text has another length is left out and named.
"""
import json, sys

FIELDS = ("condition", "scope", "reason", "figure")


def span(text, a):
    at = -1
    for _ in range(a.get("n", 1)): at = text.find(a["exact"], at + 1)
    return [at, at + len(a["exact"])]


def near(text, words, at):
    """Where these words stand nearest to `at`."""
    places, i = [], text.find(words)
    while i >= 0: places.append(i); i = text.find(words, i + 1)
    b = min(places, key=lambda x: abs(x - at))
    return [b, b + len(words)]


def pack(reports, gold):
    text = {r["id"]: r["text"] for r in map(json.loads, open(reports, encoding="utf-8"))}
    for g in map(json.loads, open(gold, encoding="utf-8")):
        t = text[g["id"]]; o = {"id": g["id"], "length": len(t), "positions": [], "assessments": [], "encounters": []}
        for p in g["positions"]:
            terms = [span(t, a) for a in p["terms"]]
            q = {"holder": p["holder"], "issue": p["issue"], "stance": p["stance"], "terms": terms}
            for f in FIELDS:
                if p.get(f): q[f] = near(t, p[f], terms[0][0])
            o["positions"].append(q)
        for a in g["assessments"]: o["assessments"].append({"assessor": a["assessor"], "value": a["value"], "of": a["of"], "words": [span(t, w) for w in a["words"]]})
        for e in g["encounters"]:
            o["encounters"].append({**{k: e[k] for k in ("kind", "participants", "place", "date", "status")}, "words": [span(t, w) for w in e["words"]]})
        print(json.dumps(o, ensure_ascii=False))


def unpack(packed, read, out):
    found = {}
    for line in open(read, encoding="utf-8"):
        r = json.loads(line)["report"]; found[str(r["id"])] = r
    lost = 0
    with open(out + ".reports.jsonl", "w", encoding="utf-8") as rs, open(out + ".gold.jsonl", "w", encoding="utf-8") as gs:
        for o in map(json.loads, open(packed, encoding="utf-8")):
            r = found.get(str(o["id"])); length = o.pop("length")
            if not r or len(r["text"]) != length: print("no text as annotated:", o["id"], file=sys.stderr); lost += 1; continue
            t = r["text"]
            def anchor(s):
                exact = t[s[0]:s[1]]; n, i = 1, t.find(exact)
                while i != s[0]: i = t.find(exact, i + 1); n += 1
                return {"exact": exact} if n == 1 else {"exact": exact, "n": n}
            for k, p in enumerate(o["positions"], 1):
                p.update(id=f"p{k}", statement=None, terms=[anchor(s) for s in p["terms"]])
                for f in FIELDS: p[f] = t[p[f][0]:p[f][1]] if f in p else None
            for kind in ("assessments", "encounters"):
                for k, e in enumerate(o[kind], 1): e.update(id=f"{kind[0]}{k}", words=[anchor(s) for s in e["words"]])
            for a in o["assessments"]: a["statement"] = None
            o["statements"] = []
            rs.write(json.dumps({"id": o["id"], "published": r["published"], "title": r["title"], "text": t}, ensure_ascii=False) + "\n")
            gs.write(json.dumps(o, ensure_ascii=False) + "\n")
    return lost


if __name__ == "__main__":
    if sys.argv[1] == "pack": pack(*sys.argv[2:4])
    else: sys.exit(1 if unpack(*sys.argv[2:5]) else 0)
