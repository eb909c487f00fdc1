"""Anchors, names and pairs as the gold scorer takes them, for the evaluations beside it."""
import re

STOP = set("the a an of for and to in on at by its their his her mr mrs ms sir dr senior chief".split())
END = re.compile(r"(?:[.!?][\"'”’)]*\s+(?=[\"'“‘(A-Z])|\n\n)")


def name(s): return {w for w in re.findall(r"\w+", (s or "").lower()) if w not in STOP}


def same_name(a, b):
    a, b = name(a), name(b)
    if not a or not b: return a == b
    return a <= b or b <= a or 2 * len(a & b) / (len(a) + len(b)) >= 0.6


def span(text, a):
    if "start" in a and "end" in a: return a["start"], a["end"]
    at = -1
    for _ in range(a.get("n", 1)): at = text.find(a["exact"], at + 1)
    return at, at + len(a["exact"])


def words(text, anchors):
    """Where the words of the anchors begin."""
    return {b + m.start() for b, e in (span(text, a) for a in anchors) for m in re.finditer(r"\w+", text[b:e])}


def sentences(text):
    ends = [m.end() for m in END.finditer(text)] + [len(text)]
    return list(zip([0] + ends, ends))


def in_sentences(text, anchors):
    """The numbers of the sentences that the anchors touch."""
    spans = [span(text, a) for a in anchors]
    return {i for i, (b, e) in enumerate(sentences(text)) if any(x < e and y > b for x, y in spans)}


def overlap(a, b): return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def pairs(gold, system, score):
    """The gold entry that each system entry is paired with, by place: one to one, the best first."""
    rank = sorted(((score(g, s), i, j) for i, g in enumerate(gold) for j, s in enumerate(system)), key=lambda t: (-t[0], t[1], t[2]))
    used, out = set(), {}
    for v, i, j in rank:
        if v > 0 and i not in used and j not in out: used.add(i); out[j] = gold[i]
    return out
