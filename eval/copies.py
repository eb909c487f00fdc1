"""Copies: how many of the pairs that a record calls copies are, and how many of those that are it finds.

    cargo run --example bare_record -- RECORD DATA/corpora/reuters21578/*.sgm
    python eval/copies.py RECORD [PAIRS.csv]

PAIRS (eval/copies.csv) are pairs of Reuters-21578 stories by their NEWID, each judged by reading both texts: `copy` where
the text is largely the same, however it was edited, cut, lengthened or corrected; `different` where it is not, also where
both tell of one event in other words, share background only, or fill in one formula. `drawn` says how a pair came in:

- before: before there was a method, evenly over all degrees of word overlap (near and far in days, short and long), and by
  like headlines, like vocabulary (TF-IDF) and marked corrections, so that some are copies that no overlap finds. The
  shares in src/record/copies/verdict.rs were chosen on these.
- after: what a first state of the method called copies (most of them short of word for word), or passed over though a
  third of the words are shared. The rule for short texts came of these.
- found: at random from what the present state calls copies; looked at once, nothing was changed for them. They have no
  recall.

Prints drawn,line,pairs,of,share: precision and recall of pairs by rows of their own, and of being in one group (also
through others); how many rows of true pairs have the relation that was judged. Wrong and missed pairs go to the standard
error.
"""
import csv, os, sqlite3, sys


def main():
    record = sys.argv[1]
    pairs = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "copies.csv")
    db = sqlite3.connect(f"file:{record}?mode=ro", uri=True)
    found = {frozenset((a, b)): relation for a, b, relation in db.execute(
        "SELECT l.given, e.given, relation FROM copy JOIN report l ON l.id = report JOIN report e ON e.id = earlier WHERE until IS NULL")}
    held = {given for given, in db.execute("SELECT given FROM report")}
    root = {}

    def first(x):
        while root.get(x, x) != x: x = root[x]
        return x

    for pair in found:
        a, b = map(first, pair)
        root[a] = b
    rows = [r for r in csv.DictReader(open(pairs, encoding="utf-8")) if r["one"] in held and r["other"] in held]
    for drawn in dict.fromkeys(r["drawn"] for r in rows): score(drawn, [r for r in rows if r["drawn"] == drawn], found, first)


def score(drawn, rows, found, first):
    pair = lambda r: frozenset((r["one"], r["other"]))
    true = {pair(r): r["relation"] for r in rows if r["label"] == "copy"}
    said = {"pair": {pair(r) for r in rows} & found.keys(), "group": {pair(r) for r in rows if first(r["one"]) == first(r["other"])}}
    say = lambda line, n, of: print(f"{drawn},{line},{n},{of},{100 * n / max(1, of):.1f}")
    for line, some in said.items():
        right = len(some & true.keys())
        say(f"{line} precision", right, len(some))
        say(f"{line} recall", right, len(true))
    both = said["pair"] & true.keys()
    say("relation right", sum(found[p] == true[p] for p in both), len(both))
    corrections = [p for p, relation in true.items() if relation == "correction"]
    say("correction found as such", sum(found.get(p) == "correction" for p in corrections), len(corrections))
    for line, some in (("wrong:", said["pair"] - true.keys()), ("missed:", true.keys() - said["pair"])):
        print(drawn, line, *sorted("/".join(sorted(p, key=int)) for p in some), file=sys.stderr)


main()
