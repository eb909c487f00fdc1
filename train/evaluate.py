"""Exact span F1 a kind over the words of development documents, while training (the real figures come from `eval/`)."""
import numpy as np, torch


def viterbi(e, trans, start, end):
    """Best label sequence of e[L,N]."""
    back, a = np.zeros(e.shape, np.int64), start + e[0]
    for t in range(1, len(e)):
        q = a[:, None] + trans; back[t] = q.argmax(0); a = q.max(0) + e[t]
    y = [int((a + end).argmax())]
    for t in range(len(e) - 1, 0, -1): y.append(int(back[t, y[-1]]))
    return np.array(y[::-1])


def spans(y):
    """(kind, first, last + 1) of BIO labels."""
    out, cur = set(), None
    for i, l in enumerate(list(y) + [0]):
        if cur is not None and l != cur[0] + 1: out.add((cur[0], cur[1], i)); cur = None
        if l in (1, 3, 5): cur = (int(l), i)
    return out


def predict(net, docs, tensors, windows, limit):
    """Labels of every document, outer layer."""
    crf = [x.detach().double().numpy() for x in net.outer_crf.scores()]
    with torch.no_grad():
        for d in docs:
            y = np.zeros(len(d.words), np.int64)
            for w in windows(d, limit):
                e = net.outer(tensors([(d, w)])[0]).double().numpy(); o = 0
                for a, b in w: y[a:b] = viterbi(e[o:o + b - a], *crf); o += b - a
            yield d, y


def span_f1(net, docs, tensors, windows, limit):
    count = {1: [0, 0, 0], 3: [0, 0, 0], 5: [0, 0, 0]}
    for d, y in predict(net, docs, tensors, windows, limit):
        gold = set()
        edges = [0] + [i for i in range(1, len(d.para)) if d.para[i] != d.para[i - 1]] + [len(d.para)]
        for a, b in zip(edges, edges[1:]): gold |= {(k, s + a, e + a) for k, s, e in spans(d.outer[a:b])}
        got = set()
        for a, b in zip(edges, edges[1:]): got |= {(k, s + a, e + a) for k, s, e in spans(y[a:b])}
        for k in count:
            g, p = {x for x in gold if x[0] == k}, {x for x in got if x[0] == k}
            count[k][0] += len(g & p); count[k][1] += len(g); count[k][2] += len(p)
    return " ".join(f"{n} {200 * c[0] / max(1, c[1] + c[2]):.1f}" for n, c in zip(("source", "cue", "content"), count.values()))
