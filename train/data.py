"""Corpora to training documents: words with offsets, attribution tags, links, mentions, coreference.

Every corpus becomes a list of `Doc`s over the same words that the Rust engine reads (`pretokens`), so that nothing
learned here depends on a tokeniser that the program does not have.
"""
import gzip, json, os, re, unicodedata
from dataclasses import dataclass, field

import numpy as np
from tokenizers import Tokenizer

LABELS = ["O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content"]
KIND = {"source": 1, "cue": 3, "content": 5}
MENTIONS = ["none", "abstract", "animal", "event", "object", "organization", "person", "place", "plant", "substance", "time"]
# Genres of GUM whose texts are under CC BY or CC BY-SA: weights trained on them may be shipped.
FREE_GENRES = ("academic", "bio", "court", "interview", "news", "voyage")
SHAPES = 24


def is_punct(c):
    o = ord(c)
    return 33 <= o <= 47 or 58 <= o <= 64 or 91 <= o <= 96 or 123 <= o <= 126 or unicodedata.category(c)[0] == "P"


def is_cjk(c):
    o = ord(c)
    return any(a <= o <= b for a, b in ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F),
                                        (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F)))


_class = {}


def char_class(c):
    """0 space or control, 1 a word by itself, 2 part of a word."""
    k = _class.get(c)
    if k is None:
        if c.isspace() or unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp") or c == "\ufffd":
            k = 0
        else:
            k = 1 if is_punct(c) or is_cjk(c) else 2
        _class[c] = k
    return k


def pretokens(text):
    out, start = [], None
    for i, c in enumerate(text):
        k = char_class(c)
        if k == 2:
            if start is None:
                start = i
            continue
        if start is not None:
            out.append((start, i)); start = None
        if k == 1:
            out.append((i, i + 1))
    if start is not None:
        out.append((start, len(text)))
    return out


def shape(w):
    if w == "“": return 1
    if w == "”": return 2
    if w in "`‘": return 3
    if w in "'’": return 4
    if not any(c.isalnum() for c in w): return 5
    if any(c.isdigit() for c in w): return 6
    if w.islower(): return 7
    if w.isupper(): return 8 if len(w) > 1 else 9
    if w[0].isupper(): return 10
    return 11


class Pieces:
    """WordPiece ids of a word, remembered."""

    def __init__(self, tokenizer_json):
        self.tok = Tokenizer.from_file(tokenizer_json)
        self.tok.no_padding(); self.tok.no_truncation()
        self.seen = {}

    def __call__(self, w):
        ids = self.seen.get(w)
        if ids is None:
            ids = self.tok.encode(w, add_special_tokens=False).ids[:16] or [100]
            self.seen[w] = ids
        return ids


@dataclass
class Doc:
    id: str
    text: str
    words: list                      # (begin, end) code points
    para: np.ndarray                 # paragraph of each word
    pieces: list = field(default_factory=list)
    shapes: list = field(default_factory=list)
    outer: np.ndarray = None         # labels, or None where the corpus has none
    inner: np.ndarray = None
    links: list = None               # per layer: [(cue, [source], [content])] of word spans
    mentions: list = None            # (first, last, head, type, cluster)
    weight: int = 1


def prepare(doc, pieces):
    inq, prev = 0, -1
    for i, (b, e) in enumerate(doc.words):
        w = doc.text[b:e]
        if doc.para[i] != prev: inq, prev = 0, doc.para[i]
        if w == '"': w = "”" if inq else "“"
        s = shape(w)
        if s == 1: inq = 1
        doc.shapes.append(s + 12 * inq)
        if s == 2: inq = 0
        doc.pieces.append(pieces(w))
    return doc


def new_doc(id, text, pieces):
    words = pretokens(text)
    para = np.zeros(len(words), int)
    k = 0
    for i in range(1, len(words)):
        if "\n\n" in text[words[i - 1][1]:words[i][0]]: k += 1
        para[i] = k
    return prepare(Doc(id, text, words, para), pieces)


def word_range(doc, b, e):
    """Words that share a character with text[b:e], as first, last + 1."""
    i = int(np.searchsorted(doc.ends, b, "right"))
    j = int(np.searchsorted(doc.starts, e, "left"))
    return (i, j) if j > i else None


def index(doc):
    doc.starts = np.array([b for b, _ in doc.words]); doc.ends = np.array([e for _, e in doc.words])


def split_paragraphs(doc, span):
    """Tags do not run over a paragraph's end."""
    out, (a, b) = [], span
    while a < b:
        e = a
        while e < b and doc.para[e] == doc.para[a]: e += 1
        out.append((a, e)); a = e
    return out


def paint(labels, spans, kind):
    """Writes spans; earlier ones win where two overlap."""
    kept = []
    for a, b in spans:
        if (labels[a:b] > 0).any(): continue
        labels[a] = KIND[kind]; labels[a + 1:b] = KIND[kind] + 1
        kept.append((a, b))
    return kept


def merge(ixs):
    out = []
    for j in sorted(ixs):
        if out and out[-1][1] == j: out[-1][1] = j + 1
        elif not out or j >= out[-1][1]: out.append([j, j + 1])
    return [tuple(x) for x in out]


def polnear(folder, split, pieces):
    out = []
    for line in gzip.open(os.path.join(folder, f"{split}.annotated.jsonl.gz"), "rt", encoding="utf-8"):
        d = json.loads(line)
        path = os.path.join(folder, split, "text", d["id"].rsplit("_", 1)[0] + ".txt")
        text = d.get("text") or open(path, encoding="utf-8", newline="").read()
        doc = new_doc(d["id"], text, pieces); index(doc)
        # paragraphs as the corpus has them
        para = np.zeros(len(doc.words), int)
        for k, (a, b) in enumerate(d["paragraphs"]):
            r = word_range(doc, d["begin"][a], d["end"][b - 1])
            if r: para[r[0]:] = k
        doc.para = para; doc.pieces, doc.shapes = [], []; prepare(doc, pieces)
        doc.outer = np.zeros(len(doc.words), np.int64)
        starts = {a for a, _ in d["paragraphs"]}
        for kind in KIND:
            spans, cur = [], None
            for j, lab in enumerate(d["labels"] + ["O"]):
                if cur is not None and (lab != "I-" + kind or j in starts):
                    spans.append((cur, j)); cur = None
                if lab == "B-" + kind or (lab == "I-" + kind and cur is None): cur = j
            for a, b in spans:
                r = word_range(doc, d["begin"][a], d["end"][b - 1])
                if r:
                    for s, e in split_paragraphs(doc, r):
                        doc.outer[s] = KIND[kind]; doc.outer[s + 1:e] = KIND[kind] + 1
        def spans_of(group):
            got = []
            for ixs in group:
                for a, b in merge(ixs):
                    r = word_range(doc, d["begin"][a], d["end"][b - 1])
                    if r: got += split_paragraphs(doc, r)
            return got
        doc.links = [[]]
        for t in d["attributions"]:
            cues = spans_of(t["cue"])
            if cues: doc.links[0].append((cues[0], spans_of(t["source"]), spans_of(t["content"])))
        out.append(doc)
    return out


def anchor(text, a):
    at = -1
    for _ in range(a.get("n", 1)):
        at = text.find(a["exact"], at + 1)
        if at < 0: return None
    return at, at + len(a["exact"])


def talks(reports, gold, pieces):
    """Our own annotation: statements, some of them inside the content of another."""
    out, lost = [], 0
    text = {r["id"]: r["text"] for r in map(json.loads, open(reports, encoding="utf-8"))}
    for g in map(json.loads, open(gold, encoding="utf-8")):
        doc = new_doc(g["id"], text[g["id"]], pieces); index(doc)
        doc.outer = np.zeros(len(doc.words), np.int64); doc.inner = np.zeros(len(doc.words), np.int64)
        doc.links = [[], []]
        stats = []
        for s in g["statements"]:
            sp = {k: [x for a in s[k] or [] for r in [anchor(doc.text, a)] if r for w in [word_range(doc, *r)] if w
                      for x in split_paragraphs(doc, w)] for k in KIND}
            if sp["content"]: stats.append(sp)
        def inside(a, b):
            anchor_ = a["cue"] or a["source"] or a["content"]
            return a is not b and any(c[0] <= x[0] and x[1] <= c[1] for c in b["content"] for x in anchor_)
        for s in stats: s["depth"] = sum(inside(s, o) for o in stats)
        for s in sorted(stats, key=lambda s: s["depth"]):
            layer = min(s["depth"], 1)
            labels = (doc.outer, doc.inner)[layer]
            kept = {k: paint(labels, s[k], k) if k != "source" else [x for x in s[k] if not (labels[x[0]:x[1]] > 0).any()
                    and not paint_missing(labels, x)] for k in ("cue", "source", "content")}
            for x in s["source"]:   # a source may be shared by several cues
                if x not in kept["source"] and is_painted(labels, x, "source"): kept["source"].append(x)
            lost += sum(len(s[k]) - len(kept[k]) for k in KIND)
            if kept["cue"]: doc.links[layer].append((kept["cue"][0], kept["source"], kept["content"]))
        out.append(doc)
    return out, lost


def paint_missing(labels, x):
    labels[x[0]] = 1; labels[x[0] + 1:x[1]] = 2
    return False


def is_painted(labels, x, kind):
    k = KIND[kind]
    return labels[x[0]] == k and all(labels[x[0] + 1:x[1]] == k + 1) and (x[1] == len(labels) or labels[x[1]] != k + 1)


def gum(folder, split, pieces):
    """Mentions with type and cluster; the head of a mention is the word whose UD head lies outside it."""
    names, cur = {}, None
    for line in open(os.path.join(folder, "splits.md"), encoding="utf-8"):
        if line.startswith("## "): cur = line[3:].strip()
        elif line.strip().startswith("* GUM_"): names[line.strip()[2:].strip()] = cur
    out = []
    for f in sorted(os.listdir(os.path.join(folder, "dep"))):
        name = f[:-7]
        if name.split("_")[1] not in FREE_GENRES or names.get(name, "train") != split: continue
        text, toks, heads, marks = "", [], [], []
        base = 0
        for line in open(os.path.join(folder, "dep", f), encoding="utf-8"):
            line = line.rstrip("\n")
            if line.startswith("# newpar") and "block" not in line and text: text = text.rstrip() + "\n\n"
            if not line or line[0] == "#":
                if not line: base = len(toks)
                continue
            c = line.split("\t")
            if "." in c[0]: continue
            if "-" in c[0]:
                continue
            toks.append((len(text), len(text) + len(c[1])))
            heads.append(base + int(c[6]) - 1 if c[6] != "0" else -1)
            m = re.search(r"Entity=([^|]+)", c[9]); marks.append(m.group(1) if m else "")
            text += c[1] + ("" if "SpaceAfter=No" in c[9] else " ")
        doc = new_doc(name, text, pieces); index(doc)
        doc.mentions, stack = [], []
        for i, mark in enumerate(marks):
            for tag in re.findall(r"\([^()]+\)?|[^()]+\)", mark):
                if tag[0] == "(":
                    p = tag.strip("()").split("-"); stack.append((p[0], p[1], i))
                    if tag[-1] == ")": close(doc, stack, p[0], i, toks, heads)
                else: close(doc, stack, tag[:-1].split("-")[0], i, toks, heads)
        best = {}
        for m in doc.mentions:      # one mention a head: the widest
            if m[2] not in best or m[1] - m[0] > best[m[2]][1] - best[m[2]][0]: best[m[2]] = m
        doc.mentions = sorted(best.values(), key=lambda m: m[2])
        out.append(doc)
    return out


def close(doc, stack, group, i, toks, heads):
    for k in range(len(stack) - 1, -1, -1):
        if stack[k][0] == group:
            _, kind, a = stack.pop(k)
            h = next((j for j in range(a, i + 1) if not a <= heads[j] <= i), i)
            r, w = word_range(doc, toks[a][0], toks[i][1]), word_range(doc, *toks[h])
            if r and w: doc.mentions.append((r[0], r[1] - 1, w[0], MENTIONS.index(kind) if kind in MENTIONS else 1, group))
            return


def windows(doc, limit, rng=None):
    """Whole paragraphs packed into at most `limit` word pieces, [CLS] p [SEP] p [SEP]; longer ones are cut at a sentence."""
    out, cur, n = [], [], 1
    lim = limit if rng is None else int(rng.integers(limit // 4, limit + 1))
    size = [len(p) for p in doc.pieces]
    a = 0
    while a < len(doc.words):
        b = a
        while b < len(doc.words) and doc.para[b] == doc.para[a]: b += 1
        while a < b:
            c, m = a, 0
            while c < b and m + size[c] <= limit - 2: m += size[c]; c += 1
            if c < b:
                for k in range(c, max(a + 1, c - 80), -1):
                    if doc.text[doc.words[k - 1][0]] in ".!?”": c = k; break
                m = sum(size[a:c])
            if cur and n + m + 1 > lim:
                out.append(cur); cur, n = [], 1
                if rng is not None: lim = int(rng.integers(limit // 4, limit + 1))
            cur.append((a, c)); n += m + 1; a = c
    if cur: out.append(cur)
    return out
