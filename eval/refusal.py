"""Refusal told across sentences: how many such refusals of the gold a reading finds, with holder and stance.

    python eval/refusal.py REPORTS.jsonl GOLD.jsonl SYSTEM.jsonl

A refusal (reject or rule_out) is told across sentences when no sentence of its terms holds a word of refusal: none of the
cues of the frames reject-*, rule-out-* and of the negations in lexicon/positions.toml. Prints found,of,share.
"""
import json, os, re, sys

here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(here, "train"))
from coding_data import CUES, Lexicon, same_name

lexicon = Lexicon(os.path.join(here, "lexicon"))
refusing = {i for i, c in enumerate(CUES) if c.startswith(("reject.", "rule_out.")) or c == "negation"}
END = re.compile(r"(?:[.!?][\"'”’)]*\s+(?=[\"'“‘(A-Z])|\n\n)")
STANCES = ("reject", "rule_out")


def span(text, a):
    if "start" in a: return a["start"], a["end"]
    at = -1
    for _ in range(a.get("n", 1)): at = text.find(a["exact"], at + 1)
    return at, at + len(a["exact"])


def sentences(text):
    ends = [m.end() for m in END.finditer(text)] + [len(text)]
    return list(zip([0] + ends, ends))


def words(text, spans): return {m.start() for b, e in spans for m in re.finditer(r"\w+", text[b:e]) for m in [re.compile(r"\w+").match(text, b + m.start())]}


def overlap(a, b): return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def main():
    load = lambda p: {r["id"]: r for r in map(json.loads, open(p, encoding="utf-8"))}
    reports, gold, system = map(load, sys.argv[1:4])
    found = of = 0
    for i, g in gold.items():
        text = reports[i]["text"]; all_sentences = sentences(text)
        for p in g["positions"]:
            if p["stance"] not in STANCES: continue
            spans = [span(text, a) for a in p["terms"]]
            around = [s for s in all_sentences if any(b < s[1] and e > s[0] for b, e in spans)]
            told = " ".join(text[b:e] for b, e in around).lower()
            if any(k in refusing for _, _, k in lexicon.find(re.findall(r"\w+|[^\w\s]", told))): continue
            of += 1
            mine = words(text, spans)
            found += any(q["stance"] in STANCES and same_name(q.get("holder"), p["holder"]) and
                         overlap(mine, words(text, [span(text, a) for a in q["terms"]])) >= 0.4 for q in system.get(i, {}).get("positions", []))
    print(f"{found},{of},{100 * found / max(1, of):.1f}")


main()
