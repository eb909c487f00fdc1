"""How much more often than otherwise words with cues are judged so: the tables of src/code/weighed.rs.

    python train/cue_weights.py REPORTS.jsonl GOLD.jsonl [REPORTS.jsonl GOLD.jsonl ...]

For each value, assessments whose words hold cues of it alone and no negation; for each stance, positions in whose sentence all
cues of a stance hint at it, one of them strongly, and none negates. Counts are smoothed by one case in all, shared out as the classes are; the least is 0.01.
Prints how many cases there are, then a row a class.
"""
import collections, json, os, re, sys

from coding_data import CUES, STANCES, VALUES, Lexicon
from data import pretokens

lexicon = Lexicon(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lexicon"))
END = re.compile(r"[.!?][\"'”’)]*\s+(?=[\"'“‘(A-Z])|\n\n")


def words(text): return [text[a:b].lower().replace("’", "'") for a, b in pretokens(text)]


def cues(text): return [CUES[k].split(".") for _, _, k in lexicon.find(words(text))]


def place(text, a):
    at = -1
    for _ in range(a.get("n", 1)): at = text.find(a["exact"], at + 1)
    return at, at + len(a["exact"])


def sentence(text, start, end):
    first = max([m.end() for m in END.finditer(text, 0, start)], default=0)
    after = END.search(text, end)
    return text[first:after.start() + 1 if after else len(text)]


def main():
    files = sys.argv[1:]
    count = {"values": collections.Counter(), "stances": collections.Counter()}; of = {k: collections.Counter() for k in count}
    for reports, gold in zip(files[::2], files[1::2]):
        text = {str(r["id"]): r["text"] for r in map(json.loads, open(reports, encoding="utf-8"))}
        for g in map(json.loads, open(gold, encoding="utf-8")):
            t = text[str(g["id"])]
            for a in g["assessments"]:
                of["values"][a["value"]] += 1
                got = [c for w in a["words"] for c in cues(w["exact"])]
                told = {c[0] for c in got if c[0] in VALUES}
                if len(told) == 1 and ["negation"] not in got: count["values"][told.pop(), a["value"]] += 1
            for p in g["positions"]:
                of["stances"][p["stance"]] += 1
                start, end = place(t, p["terms"][0])
                if start < 0: continue
                got = cues(sentence(t, start, end)); told = {c[0] for c in got if c[0] in STANCES}
                if len(told) == 1 and ["negation"] not in got and any(c[0] in STANCES and c[1] == "3" for c in got):
                    count["stances"][told.pop(), p["stance"]] += 1
    for what, classes in (("values", VALUES), ("stances", STANCES)):
        total = sum(of[what].values()); share = {c: of[what][c] / total for c in classes}
        print(f"{what}: {sum(count[what].values())} of {total}")
        for cue in classes:
            n = sum(count[what][cue, c] for c in classes)
            row = [(count[what][cue, c] + share[c]) / (n + 1) / share[c] for c in classes]
            print(f"    [{', '.join(f'{max(x, 0.01):.2f}' for x in row)}],  // {cue}: {count[what][cue, cue]} of {n}")


main()
