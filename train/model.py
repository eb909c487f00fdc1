"""The network: MiniLM encoder, two attribution taggers with CRF, linker, mentions, coreference."""
import contextlib

import numpy as np, torch, torch.nn as nn, torch.nn.functional as F
from safetensors.torch import load_file

from data import LABELS, MENTIONS, SHAPES

H, N = 384, len(LABELS)
LINK, PTR, COREF, REACH = 96, 64, 96, 32
GAPS = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 48, 96]


def dropout(x, p, on):
    """Dropout whose masks are bytes of numpy's generator: torch's own is a tenth of a step on a CPU."""
    if not on: return x
    rows = np.frombuffer(noise.bytes(x.numel()), np.uint8) >= round(256 * p)
    return x * torch.from_numpy(rows).view(x.shape) * (256 / (256 - round(256 * p)))


noise = np.random.default_rng(0)


class Layer(nn.Module):
    def __init__(self, heads=12, ffn=1536):
        super().__init__()
        self.heads = heads
        self.qkv, self.out = nn.Linear(H, 3 * H), nn.Linear(H, H)
        self.up, self.down = nn.Linear(H, ffn), nn.Linear(ffn, H)
        self.n1, self.n2 = nn.LayerNorm(H, 1e-12), nn.LayerNorm(H, 1e-12)

    def forward(self, x, mask, p):
        b, l, _ = x.shape
        q, k, v = self.qkv(x).view(b, l, 3, self.heads, H // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = (t.reshape(b * self.heads, l, H // self.heads) for t in (q, k, v))
        a = (q @ k.transpose(1, 2)).view(b, self.heads, l, l) * (H // self.heads) ** -0.5
        a = (a if mask is None else a + mask).softmax(-1).to(v.dtype).view(b * self.heads, l, l)
        a = (a @ v).view(b, self.heads, l, H // self.heads).transpose(1, 2).reshape(b, l, H)
        x = self.n1(x + dropout(self.out(a), p, self.training))
        return self.n2(x + dropout(self.down(F.gelu(self.up(x))), p, self.training))


class Crf(nn.Module):
    """Linear-chain CRF over BIO labels of some kinds; a label I-x follows only B-x or I-x."""

    def __init__(self, kinds=3):
        super().__init__()
        n = 1 + 2 * kinds
        self.trans, self.start, self.end = (nn.Parameter(torch.zeros(s)) for s in ((n, n), (n,), (n,)))
        t, s = torch.zeros(n, n), torch.zeros(n)
        for j in range(2, n, 2):
            s[j] = -1e4
            for i in range(n):
                if i not in (j, j - 1): t[i, j] = -1e4
        self.register_buffer("t_mask", t); self.register_buffer("s_mask", s)

    def scores(self):
        return self.trans + self.t_mask, self.start + self.s_mask, self.end

    def nll(self, e, y, lengths):
        return _Nll.apply(e, *self.scores(), y, lengths)


def _lse(x, axis):
    m = x.max(axis, keepdims=True)
    return (m + np.log(np.exp(x - m).sum(axis, keepdims=True))).squeeze(axis)


def crf_gradients(e, trans, start, end, y, lengths):
    """Negative log likelihood of padded sequences e[B,L,N] and its gradients, by forward-backward in numpy."""
    b, l, n = e.shape
    alpha = np.zeros((b, l, n)); beta = np.zeros((b, l, n))
    alpha[:, 0] = start + e[:, 0]
    for t in range(1, l): alpha[:, t] = _lse(alpha[:, t - 1, :, None] + trans, 1) + e[:, t]
    rows = np.arange(b); last = lengths - 1
    z = _lse(alpha[rows, last] + end, 1)
    beta[rows, last] = end
    for t in range(l - 2, -1, -1):
        v = _lse(trans + (e[:, t + 1] + beta[:, t + 1])[:, None, :], 2)
        beta[:, t] = np.where((t < last)[:, None], v, beta[:, t])
    mask = (np.arange(l)[None] < lengths[:, None])
    marg = np.exp(alpha + beta - z[:, None, None]) * mask[..., None]
    ge, gt = marg.copy(), np.zeros((n, n))
    for t in range(1, l):
        m = mask[:, t]
        if not m.any(): break
        gt += np.exp(alpha[m, t - 1, :, None] + trans + (e[m, t] + beta[m, t])[:, None, :] - z[m, None, None]).sum(0)
    gs, gn = marg[:, 0].sum(0), marg[rows, last].sum(0)
    i, j = np.nonzero(mask)
    gold = (e[i, j, y[i, j]]).sum() + start[y[:, 0]].sum() + end[y[rows, last]].sum()
    ge[i, j, y[i, j]] -= 1
    i, j = np.nonzero(mask[:, 1:])
    gold += trans[y[i, j], y[i, j + 1]].sum()
    np.subtract.at(gt, (y[i, j], y[i, j + 1]), 1)
    np.subtract.at(gs, y[:, 0], 1); np.subtract.at(gn, y[rows, last], 1)
    return z.sum() - gold, ge, gt, gs, gn


class _Nll(torch.autograd.Function):
    @staticmethod
    def forward(ctx, e, trans, start, end, y, lengths):
        loss, *grads = crf_gradients(*(x.detach().double().numpy() for x in (e, trans, start, end)), y, lengths)
        ctx.grads = [torch.from_numpy(g).float() for g in grads]
        return torch.tensor(loss, dtype=torch.float32)

    @staticmethod
    def backward(ctx, g):
        return (*(x * g for x in ctx.grads), None, None)


@contextlib.contextmanager
def averaged(params, average):
    """The parameters as their averages, for as long as one looks at them."""
    live = [p.detach().clone() for p in params]
    with torch.no_grad():
        for p, m in zip(params, average): p.copy_(m)
    yield
    with torch.no_grad():
        for p, m in zip(params, live): p.copy_(m)


class Linker(nn.Module):
    """Scores (cue, fragment) pairs: bilinear over first and last word, plus tables of where they stand."""

    def __init__(self):
        super().__init__()
        self.cue, self.frag = nn.Linear(2 * H, LINK), nn.Linear(2 * H, LINK)
        self.gap = nn.Parameter(torch.zeros(2 * len(GAPS)))
        self.between = nn.Parameter(torch.zeros(3, 4)); self.para = nn.Parameter(torch.zeros(4))
        self.null = nn.Parameter(torch.zeros(()))


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.word, self.pos = nn.Embedding(30522, H), nn.Embedding(512, H)
        self.shape = nn.Embedding(SHAPES, H); nn.init.zeros_(self.shape.weight)
        self.emb_norm = nn.LayerNorm(H, 1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(6))
        self.outer, self.inner = nn.Linear(H, N), nn.Linear(H, N)
        self.outer_crf, self.inner_crf = Crf(), Crf()
        self.source_link, self.content_link = Linker(), Linker()
        self.mention = nn.Linear(H, len(MENTIONS))
        self.first_q, self.first_k, self.last_q, self.last_k = (nn.Linear(H, PTR) for _ in range(4))
        self.ana, self.ante = nn.Linear(H, COREF), nn.Linear(H, COREF)
        self.coref_gap = nn.Parameter(torch.zeros(len(GAPS))); self.new = nn.Linear(H, 1)

    def load_minilm(self, path):
        w = load_file(path)
        with torch.no_grad():
            self.word.weight.copy_(w["embeddings.word_embeddings.weight"])
            self.pos.weight.copy_(w["embeddings.position_embeddings.weight"] + w["embeddings.token_type_embeddings.weight"][0])
            for a, b in ((self.emb_norm.weight, "weight"), (self.emb_norm.bias, "bias")): a.copy_(w["embeddings.LayerNorm." + b])
            for i, l in enumerate(self.layers):
                p = f"encoder.layer.{i}."
                for x in ("weight", "bias"):
                    getattr(l.qkv, x).copy_(torch.cat([w[p + f"attention.self.{q}.{x}"] for q in ("query", "key", "value")]))
                    for m, k in ((l.out, "attention.output.dense"), (l.n1, "attention.output.LayerNorm"), (l.up, "intermediate.dense"),
                                 (l.down, "output.dense"), (l.n2, "output.LayerNorm")): getattr(m, x).copy_(w[p + k + "." + x])

    def load_exported(self, path):
        """Goes on from weights that export.py wrote; of int8 ones, from what they stand for. Word embeddings stay as loaded."""
        w = load_file(path)
        read = lambda n: w[n + ".w"] if n + ".w" in w else w[n + ".q"].float() * w[n + ".s"][:, None]
        pairs = [(self.pos.weight, w["pos"]), (self.shape.weight, w["shape"])]
        norm = lambda m, n: pairs.extend([(m.weight, w[n + ".g"]), (m.bias, w[n + ".b"])])
        line = lambda m, n: pairs.extend([(m.weight, read(n)), (m.bias, w[n + ".b"])])
        norm(self.emb_norm, "emb_norm")
        for i, l in enumerate(self.layers):
            for n in ("qkv", "out", "up", "down"): line(getattr(l, n), f"layers.{i}.{n}")
            for n in ("n1", "n2"): norm(getattr(l, n), f"layers.{i}.{n}")
        for n, crf in (("outer", self.outer_crf), ("inner", self.inner_crf)):
            line(getattr(self, n), n)
            pairs += [(crf.trans, w[n + ".trans"] - crf.t_mask), (crf.start, w[n + ".start"] - crf.s_mask), (crf.end, w[n + ".end"])]
        for n in ("source_link", "content_link"):
            l = getattr(self, n)
            line(l.cue, n + ".cue"); line(l.frag, n + ".frag")
            pairs += [(l.gap, w[n + ".gap"]), (l.between, w[n + ".between"]), (l.para, w[n + ".para"]), (l.null, w[n + ".null"].reshape(()))]
        for n in ("mention", "first_q", "first_k", "last_q", "last_k", "ana", "ante", "new"): line(getattr(self, n), n)
        pairs.append((self.coref_gap, w["coref_gap"]))
        with torch.no_grad():
            for p, x in pairs: p.copy_(x)

    def encode(self, ids, shapes, mask, p=0.1):
        x = self.word(ids) + self.pos.weight[:ids.shape[1]] + self.shape(shapes)
        x = dropout(self.emb_norm(x), 0.1, self.training)
        m = None if bool(mask.all()) else torch.zeros(mask.shape).masked_fill(~mask, -1e4)[:, None, None, :]
        for l in self.layers: x = l(x, m, p)
        return x

    def link_scores(self, link, h, cues, frags, para, others):
        """[cues, frags] scores. Spans are (first, last + 1) rows of h; `others` are all spans of the layer by kind."""
        ends = lambda s: torch.cat([h[[a for a, _ in s]], h[[b - 1 for _, b in s]]], 1)
        sc = link.cue(ends(cues)) @ link.frag(ends(frags)).T / LINK ** 0.5
        gap, btw, par = position_features(cues, frags, para, others)
        return sc + link.gap[gap] + link.between[torch.arange(3), btw].sum(-1) + link.para[par]


def bucket(d):
    return max(i for i, g in enumerate(GAPS) if g <= d)


def position_features(cues, frags, para, others):
    gap = np.zeros((len(cues), len(frags)), np.int64); btw = np.zeros((len(cues), len(frags), 3), np.int64); par = gap.copy()
    starts = [np.array(sorted(a for a, _ in s)) for s in others]
    for i, c in enumerate(cues):
        for j, f in enumerate(frags):
            lo, hi = (c, f) if c[0] < f[0] else (f, c)
            gap[i, j] = bucket(max(hi[0] - lo[1], 0)) + (len(GAPS) if c[0] < f[0] else 0)
            for k in range(3):
                btw[i, j, k] = min(3, int(np.searchsorted(starts[k], hi[0], "left") - np.searchsorted(starts[k], lo[0], "right")))
            par[i, j] = min(3, para[hi[0]] - para[lo[0]])
    return torch.from_numpy(gap), torch.from_numpy(btw), torch.from_numpy(par)
