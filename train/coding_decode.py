"""The second reading's scores to a record in the gold's form, to look at while training; the program has its own, fuller, in src/code."""
import numpy as np, torch

from coding_data import FIELDS, KINDS, OF, STANCES, STATUS, VALUES
from data import pretokens


def viterbi(e, trans, start, end):
    n, k = e.shape
    best, back = start + e[0], np.zeros((n, k), int)
    for t in range(1, n):
        s = best[:, None] + trans; back[t] = s.argmax(0); best = s.max(0) + e[t]
    y = [int((best + end).argmax())]
    for t in range(n - 1, 0, -1): y.append(int(back[t][y[-1]]))
    return y[::-1]


def spans(net, layer, h, para, bias=0.0):
    """(first, end, kind) of the spans that a layer of tags tells, paragraph by paragraph."""
    e = net.emit[layer](h).numpy().copy(); e[:, 0] -= bias
    trans, start, end = (x.detach().numpy() for x in net.crf[layer].scores())
    out, x = [], 0
    while x < len(para):
        z = x
        while z < len(para) and para[z] == para[x]: z += 1
        y, cur = viterbi(e[x:z], trans, start, end) + [0], None
        for i, l in enumerate(y):
            if cur is not None and (l == 0 or l % 2 == 1): out.append((cur[0], x + i, cur[1])); cur = None
            if l % 2 == 1: cur = (x + i, (l - 1) // 2)
        x = z
    return out


def resolve(t, w, table):
    """The name that a word stands for: of the statement whose source it is in, of the state it names, or the words around it."""
    doc = t.doc; word = lambda i: doc.text[doc.words[i][0]:doc.words[i][1]]
    for s in t.statements:
        if any(a <= w < b for a, b in s["source"]): return s["party"] or s["speaker"]
    for n in (4, 3, 2, 1):
        for i in range(max(0, w - n + 1), w + 1):
            alias = doc.text[doc.words[i][0]:doc.words[min(i + n, len(doc.words)) - 1][1]]
            if alias[:1].isupper() and alias.lower() in table: return table[alias.lower()]
    a = b = w
    up = lambda i: 0 <= i < len(doc.words) and (word(i)[0].isupper() or word(i) in ("&", ".")) and doc.para[i] == doc.para[w]
    if not word(w)[0].isalnum(): return None
    while up(a - 1) and word(a - 1).lower() not in ("the", "but", "in", "mr"): a -= 1
    while up(b + 1) and word(b).lower() not in ("the",) and word(w)[0].isupper(): b += 1
    return doc.text[doc.words[a][0]:doc.words[b][1]]


def decode(net, ws, encode, relations, pair_gap, table):
    t = ws[0][0]; doc = t.doc
    at = lambda s: dict(start=doc.words[s[0]][0], end=doc.words[s[1] - 1][1], exact=doc.text[doc.words[s[0]][0]:doc.words[s[1] - 1][1]])
    out = dict(id=int(doc.id) if doc.id.isdigit() else doc.id, statements=[], positions=[], assessments=[], encounters=[])
    for window in ws:
        _, lo, hi, _, _ = window
        para = doc.para[lo:hi]
        h = encode(window)
        found = {k: spans(net, k, h, para, 0.0) for k in ("terms", "judgements", "encounters")}
        terms = [(a, b) for a, b, _ in found["terms"]]
        h = encode(window, {k: [(a, b) for a, b, _ in v] for k, v in found.items()})
        found["fields"] = spans(net, "fields", h, para, 0.0)
        if terms:
            v = net.term(h, terms)
            rel = [relations(t, lo, hi, (a + lo, b + lo)) for a, b in terms]
            p = net.holder_scores(v, h, torch.from_numpy(np.stack([g for _, g in rel])), torch.from_numpy(np.stack([r for r, _ in rel]))).softmax(1).numpy()
            fs = found["fields"]
            own = None
            if fs:
                fv = net.field(h, [(a, b) for a, b, _ in fs])
                gap = torch.tensor([[pair_gap(f, s) for s in terms] for f in fs])
                own = net.owner_scores(fv, torch.tensor([k for _, _, k in fs]), v, gap).sigmoid().numpy()
            for k, s in enumerate(terms):
                mass = {}
                for w in np.argsort(-p[k])[:12]:
                    if p[k, w] < 0.01 or w == hi - lo: continue
                    n = resolve(t, lo + int(w), table)
                    if n: mass.setdefault(n, [0.0, int(w)])[0] += float(p[k, w])
                if not mass:
                    inner = [x for x in t.statements if any(c[0] <= s[0] + lo < c[1] for c in x["content"])]
                    mass = {(inner[-1]["party"] or inner[-1]["speaker"]) if inner else None: [1.0, None]}
                top = max(m for m, _ in mass.values())
                for who, (m, w) in mass.items():
                    if m < top and m < 0.35: continue
                    st = int(net.stance_scores(v[k:k + 1], h[w:w + 1] if w is not None else torch.zeros(1, h.shape[1]))[0].argmax())
                    entry = dict(holder=who, stance=STANCES[st], terms=[at((s[0] + lo, s[1] + lo))])
                    for j, (a, b, f) in enumerate(fs):
                        if own[j, k] > 0.4: entry.setdefault(FIELDS[f], at((a + lo, b + lo))["exact"])
                    out["positions"].append(entry)
        got = [(a, b) for a, b, _ in found["judgements"]]
        if got:
            v = net.judgement(h, got)
            for s, x, y in zip(got, net.value(v).argmax(1), net.of(v).argmax(1)):
                out["assessments"].append(dict(assessor=None, value=VALUES[x], of=OF[y], words=[at((s[0] + lo, s[1] + lo))]))
        got = [(a, b) for a, b, _ in found["encounters"]]
        if got:
            v = net.encounter(h, got)
            for s, x, y in zip(got, net.kind(v).argmax(1), net.status(v).argmax(1)):
                out["encounters"].append(dict(kind=KINDS[x], status=STATUS[y], participants=[], place=None, date=None, words=[at((s[0] + lo, s[1] + lo))]))
    return out
