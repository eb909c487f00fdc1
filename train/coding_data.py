"""Annotated reports to training documents of the second reading: positions, assessments, encounters.

A document holds the words that the Rust engine reads, the statements that the program found in it (what the second
reading is given), the cues of `lexicon/` that stand in it, and the annotation as spans of words.
"""
import glob, json, os, re, tomllib
from dataclasses import dataclass, field

import numpy as np

from data import Doc, anchor, index, new_doc, pretokens, split_paragraphs, word_range

STANCES = ["propose", "offer", "demand", "accept", "reject", "rule_out", "open"]
VALUES = ["breakdown", "no_progress", "mixed", "progress", "agreement"]
OF = ["past", "prospect"]
KINDS = ["talks", "meeting", "call", "signing", "press_conference", "visit"]
STATUS = ["held", "ongoing", "planned", "conditional", "cancelled"]
FIELDS = ["condition", "scope", "reason", "figure"]
# Classes of cues: stance by strength, negation, plan contexts; value by past or prospect; kinds and status of encounters.
CUES = ([f"{s}.{k}" for s in STANCES for k in (1, 2, 3)] + ["negation", "plan.propose", "plan.accept", "plan.offer"] +
        [f"{v}.{o}" for v in VALUES for o in OF] + KINDS + STATUS)
# Where a word may stand as to the statement that a span stands in.
RELATIONS = ["none", "source of the innermost", "source of an outer", "another source", "same sentence", "inside the span"]
STOP = set("the a an of for and to in on at by its their his her mr mrs ms sir dr senior chief".split())


def name(s): return {w for w in re.findall(r"\w+", (s or "").lower()) if w not in STOP}


def same_name(a, b):
    a, b = name(a), name(b)
    if not a or not b: return False
    return a <= b or b <= a or 2 * len(a & b) / (len(a) + len(b)) >= 0.6


# ---------------------------------------------------------------- lexicon

def verb_forms(w, irregular, doubled):
    if w in irregular: return [w, *irregular[w]]
    if w.endswith("e"): forms = [w, w + "s", w + "d", w[:-1] + "ing"]
    elif re.search(r"[^aeiou]y$", w): forms = [w, w[:-1] + "ies", w[:-1] + "ied", w + "ing"]
    elif re.search(r"(s|x|z|ch|sh|o)$", w): forms = [w, w + "es", w + "ed", w + "ing"]
    else: forms = [w, w + "s", w + "ed", w + "ing"]
    if w in doubled or w.endswith("el"): forms += [w + w[-1] + "ed", w + w[-1] + "ing"]
    return forms


def noun_forms(w):
    if re.search(r"[^aeiou]y$", w): return [w, w[:-1] + "ies"]
    if re.search(r"(s|x|z|ch|sh)$", w): return [w, w + "es"]
    return [w, w + "s"]


class Lexicon:
    """Cues as sequences of words; `None` is a gap of up to four."""

    def __init__(self, folder):
        self.by_first = {}
        load = lambda f: tomllib.load(open(os.path.join(folder, f + ".toml"), "rb"))
        forms = load("forms")
        self.irregular, self.doubled = forms["verbs"], set(forms["doubled"])
        pos = load("positions")
        for f in pos["frame"]:
            for c in f["cues"]: self.add(c, f["pos"], f"{f['stance']}.{f['strength']}")
        for w in pos["operators"]["negation"]: self.add(w, "", "negation")
        for w in pos["operators"]["negating_to"]: self.add(w + " to", "", "negation")
        for k, ws in pos["plan_context"].items():
            for w in ws: self.add(w, "", "plan." + k)
        for c in load("assessments")["cue"]:
            of = "prospect" if c["of"] == "prospect" else "past"
            for p in c["cues"]: self.add(p, "", f"{c['value']}.{of}")
        enc = load("encounters")
        for k in enc["kind"]:
            for p in k["cues"]: self.add(p, "", k["kind"])
        for k in enc["status"]:
            for p in k["cues"]: self.add(p, "", k["status"])

    def add(self, cue, pos, kind):
        sequences = [[]]
        parts = cue.split()
        for i, p in enumerate(parts):
            marked = p[0] in "+*"
            if p == "...": forms = [None]
            elif p[0] == "+" or (pos == "v" and i == 0 and not marked and "'" not in p
                                 and p not in ("not", "would", "will", "shall", "can", "might", "could", "may", "no")):
                forms = verb_forms(p.lstrip("+"), self.irregular, self.doubled)
            elif p[0] == "*" or (pos == "n" and i == len(parts) - 1 and not marked): forms = noun_forms(p.lstrip("*"))
            else: forms = p.split("|")
            forms = [[None] if f is None else [f[a:b].lower() for a, b in pretokens(f)] for f in forms]
            sequences = [s + f for s in sequences for f in forms]
        for s in sequences:
            if s and s[0] is not None: self.by_first.setdefault(s[0], []).append((tuple(s), CUES.index(kind)))

    def find(self, words):
        """(first, end, class) of every cue in the words (in lower case)."""
        out = []
        for i, w in enumerate(words):
            for s, kind in self.by_first.get(w, ()):
                j = match(words, i, s, 0)
                if j: out.append((i, j, kind))
        return out


def match(words, i, s, k):
    if k == len(s): return i
    if s[k] is None:
        for g in range(5):
            if i + g >= len(words): break
            j = match(words, i + g, s, k + 1)
            if j: return j
            if words[i + g] in (".", ";", '"'): break
        return None
    return match(words, i + 1, s, k + 1) if i < len(words) and words[i] == s[k] else None


# ---------------------------------------------------------------- documents

@dataclass
class Position:
    terms: list; stance: int; holder: list; fields: dict; name: str


@dataclass
class Talk:
    doc: Doc
    tags: np.ndarray = None          # a word's part in a statement of the report (0 to 3) and in one inside it (4 times 0 to 3)
    cues: list = None                # classes of the cues on each word
    statements: list = None          # {source, content: word spans; outer: index or None; speaker, party}
    sentence: np.ndarray = None
    positions: list = field(default_factory=list)
    assessments: list = field(default_factory=list)   # (spans, value, of)
    encounters: list = field(default_factory=list)    # (spans, kind, status)


def parties(path):
    """alias in lower case -> party, from the program's table of facts."""
    out = {}
    for line in open(path, encoding="utf-8"):
        if line.startswith("#") or not line.strip(): continue
        c = line.rstrip("\n").split("\t")
        for group in c:
            for alias in re.split(r"[,|]", group):
                alias = alias.strip()
                if alias and not re.fullmatch(r"[\d-]*", alias): out.setdefault(alias.lower(), c[0])
    return out


class Names:
    """Other names for those of a report, so that training does not learn who wants what: states for states with their
    adjectives, surnames for surnames."""

    def __init__(self, path, talks):
        self.states = []        # (name, adjective, people) as single words
        for line in open(path, encoding="utf-8"):
            c = (line.rstrip("\n").split("\t") + ["", ""])[:3]
            adjectives = [x for x in c[2].split(",") if x]
            if not line.startswith("#") and re.fullmatch(r"[A-Z][a-z]+", c[0]) and adjectives and all(x.isalpha() for x in adjectives):
                self.states.append((c[0], adjectives[0], adjectives[min(1, len(adjectives) - 1)]))
        self.of = {w: (i, k) for i, s in reversed(list(enumerate(self.states))) for k, w in reversed(list(enumerate(s)))}
        self.surnames = sorted({n for t in talks for n in self.surnames_of(t)})

    def surnames_of(self, t):
        last = {s["speaker"].split()[-1] for s in t.statements if s["speaker"] and " " in s["speaker"] and s["speaker"] != s["party"]}
        return {w for w in last if re.fullmatch(r"[A-Z][a-z]{3,}", w) and w not in self.of}

    def swapped(self, t, rng, pieces):
        """The word pieces of a report with other names in it."""
        mine, to, out = self.surnames_of(t), {}, list(t.doc.pieces)
        for i, (a, b) in enumerate(t.doc.words):
            w = t.doc.text[a:b]
            if w in self.of:
                state, form = self.of[w]
                if state not in to: to[state] = int(rng.integers(len(self.states))) if rng.random() < 0.7 else state
                out[i] = pieces(self.states[to[state]][form])
            elif w in mine:
                if w not in to: to[w] = self.surnames[int(rng.integers(len(self.surnames)))] if rng.random() < 0.7 else w
                out[i] = pieces(to[w])
        return out


def sentences(doc):
    """The number of each word's sentence."""
    out, k = np.zeros(len(doc.words), int), 0
    for i in range(1, len(doc.words)):
        gap = doc.text[doc.words[i - 1][1]:doc.words[i][0]]
        before = doc.text[doc.words[i - 1][0]:doc.words[i - 1][1]]
        if "\n\n" in gap: k += 1
        elif gap and before in ".!?" and (doc.text[doc.words[i][0]].isupper() or doc.text[doc.words[i][0]] in "\"“'‘("): k += 1
        elif gap and before in "\"”" and i > 1 and doc.text[doc.words[i - 2][0]] in ".!?" and doc.text[doc.words[i][0]].isupper(): k += 1
        out[i] = k
    return out


def head(doc, a, b):
    """The word of a source phrase that stands for it."""
    for i in range(a + 1, b):
        w = doc.text[doc.words[i][0]:doc.words[i][1]].lower()
        if w in (",", "of", "for", "from", "at", "in", "who", "("): return i - 1
    return b - 1


def holder_words(t, who, table):
    """Words that stand for the holder `who`."""
    doc, out = t.doc, set()
    low = [doc.text[a:b].lower() for a, b in doc.words]
    want = [who[a:b].lower() for a, b in pretokens(who)]
    if not want: return out
    for i in range(len(low) - len(want) + 1):
        if low[i:i + len(want)] == want: out.add(i + len(want) - 1)
    words = [w for w in want if w not in STOP and len(w) > 2]
    if len(words) > 1 and who.strip()[0].isupper():
        for i, w in enumerate(low):     # a surname, the first word of a company's name
            if w in (words[-1], words[0]) and doc.text[doc.words[i][0]].isupper(): out.add(i)
    for i, w in enumerate(low):
        for n in (4, 3, 2, 1):
            alias = doc.text[doc.words[i][0]:doc.words[min(i + n, len(low)) - 1][1]].lower()
            if table.get(alias) and doc.text[doc.words[i][0]].isupper() and same_name(table[alias], who): out.add(min(i + n, len(low)) - 1); break
    for s in t.statements:
        if s["source"] and (same_name(s["party"], who) or same_name(s["speaker"], who)): out.add(head(doc, *s["source"][0]))
    return out


def talks(reports, gold, read, pieces, lexicon, table):
    """Documents of the reports in `gold`; `read` is what the program printed for them as JSON."""
    rows = lambda f: [json.loads(l) for l in open(f, encoding="utf-8") if l.strip()]
    text = {str(r["id"]): r["text"] for r in rows(reports)}
    found = {str(r["report"]["id"]): r["statements"] for r in rows(read)}
    out = []
    for g in rows(gold):
        doc = new_doc(str(g["id"]), text[str(g["id"])], pieces); index(doc)
        t = Talk(doc, tags=np.zeros(len(doc.words), np.int64), statements=[], sentence=sentences(doc))
        spans = lambda anchors: [w for a in anchors or [] for r in [word_range(doc, a["start"], a["end"])] if r for w in split_paragraphs(doc, r)]
        for s in found.get(str(g["id"]), []):
            t.statements.append(dict(source=spans(s["source"]), cue=spans(s["cue"]), content=spans(s["content"]), speaker=s["speaker"], party=s["party"]))
        for k, s in enumerate(t.statements):
            holds = lambda o: o is not s and any(c[0] <= x[0] and x[1] <= c[1] and c != x for c in o["content"] for x in s["cue"] or s["content"])
            inside = any(holds(o) for o in t.statements)
            s["inside"] = inside
            for kind, part in enumerate(("source", "cue", "content"), 1):
                for a, b in s[part]:
                    if inside: t.tags[a:b] = t.tags[a:b] % 4 + 4 * kind
                    else: t.tags[a:b] = t.tags[a:b] // 4 * 4 + kind
        low = [doc.text[a:b].lower().replace("’", "'") for a, b in doc.words]
        t.cues = [[] for _ in low]
        for a, b, kind in lexicon.find(low):
            for i in range(a, b):
                if kind not in t.cues[i]: t.cues[i].append(kind)
        words = lambda anchors: [w for a in anchors or [] for r in [anchor(doc.text, a)] if r for x in [word_range(doc, *r)] if x for w in split_paragraphs(doc, x)]
        for p in g["positions"]:
            terms = words(p["terms"])
            if not terms: continue
            fields = {}
            for f in FIELDS:
                if p.get(f):
                    near = [m.start() for m in re.finditer(re.escape(p[f]), doc.text)]
                    at = doc.words[terms[0][0]][0]
                    if near:
                        b = min(near, key=lambda x: abs(x - at)); r = word_range(doc, b, b + len(p[f]))
                        if r: fields[f] = split_paragraphs(doc, r)
            t.positions.append(Position(terms, STANCES.index(p["stance"]), sorted(holder_words(t, p["holder"] or "", table)), fields, p["holder"]))
        for a in g["assessments"]:
            w = words(a["words"])
            if w: t.assessments.append((w, VALUES.index(a["value"]), OF.index(a["of"])))
        for e in g["encounters"]:
            w = words(e["words"])
            if w: t.encounters.append((w, KINDS.index(e["kind"]), STATUS.index(e["status"])))
        out.append(t)
    return out
