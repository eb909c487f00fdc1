"""Refusal told across sentences: how many such refusals of the gold a reading finds, with holder and stance.

    python eval/refusal.py REPORTS.jsonl GOLD.jsonl SYSTEM.jsonl

A refusal (reject or rule_out) is told across sentences when no sentence of its terms holds a word of refusal: none of the
cues of the frames reject-*, rule-out-* and of the negations in lexicon/positions.toml. Prints found,of,share.
"""
import json, os, re, sys

here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(here, "train"))
from anchors import in_sentences, overlap, same_name, sentences, words
from coding_data import CUES, Lexicon

STANCES = ("reject", "rule_out")


def main():
    load = lambda p: {r["id"]: r for r in map(json.loads, open(p, encoding="utf-8"))}
    reports, gold, system = map(load, sys.argv[1:4])
    lexicon = Lexicon(os.path.join(here, "lexicon"))
    refusing = {i for i, c in enumerate(CUES) if c.startswith(("reject.", "rule_out.")) or c == "negation"}
    found = of = 0
    for i, g in gold.items():
        text = reports[i]["text"]; around = sentences(text)
        for p in g["positions"]:
            if p["stance"] not in STANCES: continue
            told = " ".join(text[slice(*around[k])] for k in sorted(in_sentences(text, p["terms"]))).lower()
            if any(k in refusing for _, _, k in lexicon.find(re.findall(r"\w+|[^\w\s]", told))): continue
            of += 1
            mine = words(text, p["terms"])
            found += any(q["stance"] in STANCES and same_name(q.get("holder"), p["holder"]) and overlap(mine, words(text, q["terms"])) >= 0.4
                         for q in system.get(i, {}).get("positions", []))
    print(f"{found},{of},{100 * found / max(1, of):.1f}")


main()
