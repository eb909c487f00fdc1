"""Exact span F1 on PolNeAR as CofeNet (COLING 2022) defines it, computed on what `travaux read` prints.

    python eval/polnear.py ../shared/corpora/polnear dev [--bin target/release/travaux] [-- more options of read]

A span counts when its type and its first and last token are those of an annotator's file; F1 a type over paragraphs,
each cut at 300 tokens (the paper's protocol). Flat: a statement inside another's content is not counted, since the
corpus has no place for it. Prints one line a type: type,precision,recall,f1,gold,found.
"""
import gzip, json, os, subprocess, sys

TYPES = ("source", "cue", "content")


def spans(labels):
    """The paper's reading of BIO labels."""
    out, kind, start = {t: set() for t in TYPES}, None, -1
    for i, l in enumerate(list(labels) + ["O"]):
        if l[0] == "I" and kind == l[2:]: continue
        if kind: out[kind].add((start, i))
        kind, start = (l[2:], i) if l[0] == "B" else (None, -1)
    return out


def instances(labels, paragraphs):
    for a, b in paragraphs:
        cut = list(labels[a:b][:300])
        if cut and cut[0][0] == "I": cut[0] = "B" + cut[0][1:]
        yield cut


def paint(document, record):
    """Statements to flat labels over the corpus's tokens."""
    begin, end, labels = document["begin"], document["end"], ["O"] * len(document["begin"])
    for s in sorted(record["statements"], key=lambda s: s["within"] is not None):
        if s["within"] is not None: continue
        for t in TYPES:
            for a in s[t]:
                hit = [i for i in range(len(begin)) if begin[i] < a["end"] and end[i] > a["start"]]
                known = [i for i in hit if labels[i] == "O"]
                for k, i in enumerate(known):
                    labels[i] = ("I-" if k and known[k - 1] == i - 1 else "B-") + t
    return labels


def main():
    args = sys.argv[1:]
    more = args[args.index("--") + 1:] if "--" in args else []
    args = args[:args.index("--")] if "--" in args else args
    folder, split = args[:2]
    binary = args[args.index("--bin") + 1] if "--bin" in args else "target/release/travaux"
    documents = [json.loads(l) for l in gzip.open(os.path.join(folder, f"{split}.annotated.jsonl.gz"), "rt", encoding="utf-8")]
    article = lambda d: d["id"].rsplit("_", 1)[0]
    lines = []
    for name in sorted({article(d) for d in documents}):
        text = open(os.path.join(folder, split, "text", name + ".txt"), encoding="utf-8", newline="").read()
        lines.append(json.dumps({"id": name, "text": text}, ensure_ascii=False))
    run = subprocess.run([binary, "read", "-", "--from", "jsonl", "--format", "json", "--min-confidence", "0", *more], input="\n".join(lines) + "\n",
                         capture_output=True, text=True, encoding="utf-8")
    records = {r["report"]["id"]: r for r in map(json.loads, run.stdout.splitlines())}
    if run.returncode or len(records) != len(lines): print(run.stderr, file=sys.stderr)
    count = {t: [0, 0, 0] for t in TYPES}
    for d in documents:
        got = paint(d, records.get(article(d), {"statements": []}))
        for g, p in zip(instances(d["labels"], d["paragraphs"]), instances(got, d["paragraphs"])):
            g, p = spans(g), spans(p)
            for t in TYPES:
                count[t][0] += len(g[t] & p[t]); count[t][1] += len(g[t]); count[t][2] += len(p[t])
    for t, (ok, gold, found) in count.items():
        p, r = ok / max(found, 1), ok / max(gold, 1)
        print(f"{t},{100 * p:.1f},{100 * r:.1f},{200 * ok / max(gold + found, 1):.1f},{gold},{found}")


main()
