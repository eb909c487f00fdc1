"""Trains the second reading: positions, assessments, encounters, on the lower layers of the first, which stay as they are.

    python train/coding.py --data ../shared --minilm DIR --read DIR --out OUT [--epochs 12] [--seed 1] [--fold K/N]

`--read` is a folder with what the program prints for each set of reports (train/coding.sh makes it). Writes
OUT/coder.pt (averaged weights); with --fold, trains on all but that part and writes OUT/fold.jsonl, its record of that part.
"""
import argparse, dataclasses, json, os, subprocess, sys, time

import numpy as np, torch, torch.nn.functional as F

import model
from coding_data import CUES, FIELDS, Lexicon, Names, parties, talks
from coding_decode import decode
from coding_model import LAYERS, Coder, lower
from data import Pieces, windows
from model import GAPS, H, Network, averaged, bucket

ap = argparse.ArgumentParser()
ap.add_argument("--data", required=True); ap.add_argument("--minilm", required=True); ap.add_argument("--read", required=True); ap.add_argument("--out", required=True)
ap.add_argument("--epochs", type=float, default=12); ap.add_argument("--seed", type=int, default=1)
ap.add_argument("--lr", type=float, default=3e-4); ap.add_argument("--head-lr", type=float, default=1e-3)
ap.add_argument("--batch", type=int, default=2048); ap.add_argument("--window", type=int, default=256); ap.add_argument("--cuts", type=int, default=4)
ap.add_argument("--ema", type=float, default=0.998); ap.add_argument("--dropout", type=float, default=0.15); ap.add_argument("--smooth", type=float, default=0.1); ap.add_argument("--threads", type=int, default=2)
ap.add_argument("--fold"); ap.add_argument("--sets", default="reuters,fictional"); ap.add_argument("--no-lexicon", action="store_true")
ap.add_argument("--resume", help="a coder.pt to go on from")
ap.add_argument("--init", default="models/travaux-int8.safetensors")
a = ap.parse_args()
os.makedirs(a.out, exist_ok=True)
torch.manual_seed(a.seed); torch.set_num_threads(a.threads); torch.set_flush_denormal(True)
rng = np.random.default_rng(a.seed); model.noise = np.random.default_rng(a.seed)
here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def say(*x):
    line = " ".join(map(str, x)); print(line, flush=True)
    open(os.path.join(a.out, "log.txt"), "a").write(line + "\n")


pieces = Pieces(os.path.join(a.minilm, "tokenizer.json"))
lexicon = Lexicon(os.path.join(here, "lexicon")); table = parties(os.path.join(here, "src/attribute/parties.tsv"))
file = lambda s, kind: os.path.join(a.read, f"{s}.{kind}.jsonl")
load = lambda s: talks(file(s, "reports"), file(s, "gold"), file(s, "read"), pieces, lexicon, table)
train = [t for s in a.sets.split(",") for t in load(s)]
names = Names(os.path.join(here, "src/attribute/parties.tsv"), train)
dev = load("dev")
dev_files = [file("dev", k) for k in ("reports", "gold")]
if a.fold:
    k, n = map(int, a.fold.split("/"))
    order = np.random.default_rng(7).permutation(len(train))
    dev = [train[i] for i in order[k::n]]; train = [train[i] for j, i in enumerate(order) if j % n != k]
    ids = {t.doc.id for t in dev}
    dev_files = []
    for kind in ("reports", "gold"):
        path = os.path.join(a.out, f"fold.{kind}.jsonl"); dev_files.append(path)
        with open(path, "w") as o:
            for s in a.sets.split(","):
                for l in open(file(s, kind)):
                    if str(json.loads(l)["id"]) in ids: o.write(l)
if a.no_lexicon:
    for t in train + dev: t.cues = [[] for _ in t.cues]
say(len(train), "reports to train on,", sum(len(t.positions) for t in train), "positions,", sum(not p.holder for t in train for p in t.positions), "without a word for their holder;", len(dev), "to look at")

base = Network(); base.load_minilm(os.path.join(a.minilm, "model.safetensors")); base.load_exported(a.init); base.eval()
net = Coder(); net.load_upper(base)
if a.resume: net.load_state_dict(torch.load(a.resume, weights_only=True), strict=False)
groups = []
for n, p in net.named_parameters():
    lr = a.lr if n.startswith("layers") else a.head_lr
    groups.append(dict(params=[p], lr=lr, base=lr, weight_decay=0.01 if p.dim() > 1 else 0.0))
opt = torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-6, fused=True)
params = list(net.parameters()); average = [p.detach().clone() for p in params]


def cut(t, r=None):
    """Windows with what the shared layers make of them: (talk, first word, end, states, rows of first pieces). With `r` they are
    cut at random, and other names stand in them."""
    out = []
    doc = t.doc if r is None else dataclasses.replace(t.doc, pieces=names.swapped(t, r, pieces))
    for w in windows(doc, a.window, r):
        ids, sh, first = [101], [0], []
        for x, y in w:
            for i in range(x, y):
                first.append(len(ids)); ids += doc.pieces[i]; sh += [doc.shapes[i]] * len(doc.pieces[i])
            ids.append(102); sh.append(0)
        with torch.autocast("cpu", torch.bfloat16): state = lower(base, torch.tensor([ids]), torch.tensor([sh]))[0].half()
        out.append((t, w[0][0], w[-1][1], state, np.array(first)))
    return out


def inputs(batch):
    l = max(len(w[3]) for w in batch); k = 8
    x = torch.zeros(len(batch), l, H); tags = torch.zeros(len(batch), l, dtype=torch.long)
    cues = torch.full((len(batch), l, k), len(CUES)); mask = torch.zeros(len(batch), l, dtype=torch.bool)
    for b, (t, lo, hi, state, first) in enumerate(batch):
        x[b, :len(state)] = state.float(); mask[b, :len(state)] = True
        tags[b, first] = torch.from_numpy(t.tags[lo:hi])
        for i in range(lo, hi):
            c = t.cues[i][:k]
            if c and not (net.training and rng.random() < 0.1): cues[b, first[i - lo], :len(c)] = torch.tensor(c)
    if net.training: tags = torch.where(torch.rand(tags.shape) < 0.05, 0, tags)
    return x, tags, cues, mask


def encode(batch, given, marked=None):
    """Vectors of the windows' words; `marked` has, for each window, the spans that the second pass is told of, by layer."""
    x, tags, cues, mask = given
    marks = None
    if marked is not None:
        marks = torch.zeros(tags.shape, dtype=torch.long)
        for b, (w, spans) in enumerate(zip(batch, marked)):
            for k, layer in enumerate(("terms", "judgements", "encounters")):
                for s, e in spans[layer]:
                    marks[b, w[4][s:e]] = 2 + 2 * k; marks[b, w[4][s]] = 1 + 2 * k
    with torch.autocast("cpu", torch.bfloat16, enabled=net.training):
        h = net.encode(x, tags, cues, mask, marks, a.dropout).float()
    return [h[b][torch.from_numpy(w[4])] for b, w in enumerate(batch)]


def gold_spans(batch):
    """For each window and layer, the annotated spans with the edges that the second pass is told."""
    out = []
    for t, lo, hi, _, _ in batch:
        inside = lambda s: lo <= s[0] and s[1] <= hi
        given = dict(terms=[s for p in t.positions for s in p.terms], judgements=[s for w, *_ in t.assessments for s in w],
                     encounters=[s for w, *_ in t.encounters for s in w])
        out.append({k: {s: jitter((s[0] - lo, s[1] - lo), hi - lo) for s in sorted(set(v)) if inside(s)} for k, v in given.items()})
    return out


def labels(t, lo, hi, layer):
    y = np.zeros(hi - lo, np.int64)
    if layer == "terms": spans = [(s, 0) for p in t.positions for s in p.terms]
    elif layer == "judgements": spans = [(s, 0) for w, *_ in t.assessments for s in w]
    elif layer == "encounters": spans = [(s, 0) for w, *_ in t.encounters for s in w]
    else: spans = [(s, FIELDS.index(f)) for p in t.positions for f, ss in p.fields.items() for s in ss]
    for (x, z), k in sorted(set(spans), key=lambda s: (s[0][1] - s[0][0], s)):    # shorter ones first: the longer may hold them
        x, z = max(x, lo) - lo, min(z, hi) - lo
        if x >= z or (y[x:z] > 0).any(): continue
        y[x] = 1 + 2 * k; y[x + 1:z] = 2 + 2 * k
    return y


def tag_loss(layer, hs, batch):
    head, crf = net.emit[layer], net.crf[layer]
    e = head(F.dropout(torch.cat(hs), 0.2, net.training))
    runs, gold = [], []
    for t, lo, hi, _, _ in batch:
        y, p = labels(t, lo, hi, layer), t.doc.para[lo:hi]
        edges = [0] + [i for i in range(1, hi - lo) if p[i] != p[i - 1]] + [hi - lo]
        for x, z in zip(edges, edges[1:]):
            g = y[x:z].copy()
            if g[0] and g[0] % 2 == 0: g[0] -= 1
            runs.append(z - x); gold.append(g)
    y = np.concatenate(gold)
    pad = torch.nn.utils.rnn.pad_sequence(list(e.split(runs)), batch_first=True)
    yy = np.zeros(pad.shape[:2], np.int64)
    for i, g in enumerate(gold): yy[i, :len(g)] = g
    return crf.nll(pad, yy, np.array(runs)) / len(y) + 0.5 * F.cross_entropy(e, torch.from_numpy(y))


def jitter(s, n):
    """A span with edges a little off, as the tagger finds them."""
    x, z = s
    if rng.random() < 0.3: x = min(max(0, x + int(rng.integers(-2, 3))), z - 1)
    if rng.random() < 0.3: z = max(min(n, z + int(rng.integers(-2, 3))), x + 1)
    return x, z


def relations(t, lo, hi, span):
    """For each word of the window how it stands to the span (see RELATIONS), and the bucket of its distance."""
    r = np.zeros(hi - lo, np.int64); g = np.zeros(hi - lo, np.int64)
    around = [s for s in t.statements if any(min(c[1], span[1]) - max(c[0], span[0]) > (span[1] - span[0]) / 2 for c in s["content"])]
    around.sort(key=lambda s: sum(y - x for x, y in s["content"]))
    put = lambda spans, k: [r.__setitem__(slice(max(x, lo) - lo, max(0, min(y, hi) - lo)), k) for x, y in spans]
    for s in t.statements: put(s["source"], 3)
    for i in range(lo, hi):
        if t.sentence[i] == t.sentence[span[0]]: r[i - lo] = 4
    for s in around[1:]: put(s["source"], 2)
    if around: put(around[0]["source"], 1)
    put([span], 5)
    i = np.arange(lo, hi)
    d = np.where(i < span[0], span[0] - i, np.where(i >= span[1], i - span[1] + 1, 0))
    g = np.searchsorted(GAPS, d, "right") - 1 + np.where(i < span[0], len(GAPS), 0)
    return r, g


def span_losses(hs, batch, gold):
    out = {k: [] for k in ("holder", "stance", "value", "of", "kind", "status", "owner")}
    for (t, lo, hi, _, _), h, told in zip(batch, hs, gold):
        n = hi - lo
        inside = lambda s: lo <= s[0] and s[1] <= hi
        rows = {}
        for p in t.positions:
            for s in p.terms:
                if inside(s): rows.setdefault(s, []).append(p)
        if rows:
            keys = list(rows); near = [told["terms"][s] for s in keys]
            v = net.term(h, near)
            rel = [relations(t, lo, hi, (x + lo, z + lo)) for x, z in near]
            sc = net.holder_scores(v, h, torch.from_numpy(np.stack([g for _, g in rel])), torch.from_numpy(np.stack([r for r, _ in rel])))
            which, holder, gold = [], [], []
            for k, s in enumerate(keys):
                for p in rows[s]:
                    pos = [w - lo for w in p.holder if lo <= w < hi and not s[0] <= w < s[1]] or [w - lo for w in p.holder if lo <= w < hi]
                    out["holder"].append(sc[k].logsumexp(0) - sc[k, pos or [n]].logsumexp(0))
                    best = pos[int(sc[k, pos].argmax())] if pos else None
                    which.append(k); holder.append(h[best] if best is not None else torch.zeros(H)); gold.append(p.stance)
            st = net.stance_scores(v[which], torch.stack(holder))
            out["stance"].append(F.cross_entropy(st, torch.tensor(gold), label_smoothing=a.smooth))
            fs = sorted({(s, FIELDS.index(f)) for p in t.positions for f, ss in p.fields.items() for s in ss if inside(s)})
            if fs:
                fv = net.field(h, [(x - lo, z - lo) for (x, z), _ in fs])
                gap = torch.tensor([[pair_gap(f, s) for s in keys] for f, _ in fs])
                want = torch.tensor([[float(any(f in p.fields.get(FIELDS[k], []) for p in rows[s])) for s in keys] for f, k in fs])
                out["owner"].append(F.binary_cross_entropy_with_logits(net.owner_scores(fv, torch.tensor([k for _, k in fs]), v, gap), want))
        for layer, items, span, heads in (("judgements", t.assessments, net.judgement, (("value", net.value), ("of", net.of))),
                                          ("encounters", t.encounters, net.encounter, (("kind", net.kind), ("status", net.status)))):
            got = [(s, y) for w, *y in items for s in w if inside(s)]
            if got:
                v = span(h, [told[layer][s] for s, _ in got])
                for j, (key, head) in enumerate(heads):
                    out[key].append(F.cross_entropy(head(v), torch.tensor([y[j] for _, y in got]), label_smoothing=a.smooth))
    return {k: torch.stack(v).mean() if v else torch.zeros(()) for k, v in out.items()}


def pair_gap(f, s):
    d = max(s[0] - f[1], f[0] - s[1], 0)
    return bucket(d) + (len(GAPS) if f[0] < s[0] else 0)


WEIGHTS = dict(holder=0.8, stance=1.0, value=0.7, of=0.2, kind=0.5, status=0.6, owner=0.4)


def losses(batch):
    given = inputs(batch)
    hs = encode(batch, given)
    out = {k: (tag_loss(k, hs, batch), 1.0) for k in LAYERS if k != "fields"}
    gold = gold_spans(batch)
    hs = encode(batch, given, [{k: list(v.values()) for k, v in g.items()} for g in gold])
    out["fields"] = tag_loss("fields", hs, batch), 1.0     # what limits or justifies terms is found with these in view
    out.update({k: (v, WEIGHTS[k]) for k, v in span_losses(hs, batch, gold).items()})
    return out


def evaluate():
    net.eval()
    path = os.path.join(a.out, "dev.jsonl" if not a.fold else "fold.jsonl")
    with averaged(params, average), torch.no_grad():
        with open(path, "w") as o:
            for ws in dev_windows:
                record = decode(net, ws, lambda w, marked=None: encode([w], inputs([w]), marked and [marked])[0], relations, pair_gap, table)
                o.write(json.dumps(record, ensure_ascii=False) + "\n")
        torch.save({n: p.detach().clone() for n, p in net.state_dict().items()}, os.path.join(a.out, "coder.pt"))
    net.train()
    s = json.loads(subprocess.run([sys.executable, os.path.join(a.data, "gold/score.py"), *dev_files, path, "--json"], capture_output=True, text=True, check=True).stdout)
    f = lambda k: s[k]["f1"]
    say("  terms %s +holder %s +stance %s all %s | assessment %s +value %s | encounter %s +both %s | condition %s scope %s reason %s figure %s" % (
        f("position: terms"), f("position: terms + holder"), f("position: terms + stance"), f("position: terms + holder + stance"), f("assessment: found"),
        f("assessment: found + value"), f("encounter: found"), f("encounter: found + kind + status"), *(s[f"of paired: {k} found"]["right"] for k in FIELDS)))


t0 = time.time()
dev_windows = [cut(t) for t in dev]
variants = [[w for t in train for w in cut(t, np.random.default_rng(a.seed * 100 + k) if k else None)] for k in range(a.cuts)]
say(f"shared layers read in {time.time() - t0:.0f}s")


def batches(k):
    ws = variants[k % len(variants)]
    size = np.array([len(w[3]) for w in ws]); out, cur, widest = [], [], 0
    for i in np.argsort(size + rng.random(len(size)) * 24):
        if cur and max(widest, size[i]) * (len(cur) + 1) > a.batch: out.append(cur); cur, widest = [], 0
        cur.append(ws[i]); widest = max(widest, size[i])
    out.append(cur); rng.shuffle(out)
    return out


total = int(sum(len(batches(k)) for k in range(a.cuts)) / a.cuts * a.epochs); warm = max(1, int(0.06 * total)); step, epoch, mean = 0, 0, {}
say("steps in all", total); net.train()
while step < total:
    for batch in batches(epoch):
        if step >= total: break
        scale = (step + 1) / warm if step < warm else max(0.01, (total - step) / (total - warm))
        for g in opt.param_groups: g["lr"] = g["base"] * scale
        parts = losses(batch)
        sum(v * w for v, w in parts.values()).backward()
        torch.nn.utils.clip_grad_norm_(params, 1.0)
        opt.step(); opt.zero_grad(set_to_none=True)
        with torch.no_grad():
            d = min(a.ema, (1 + step) / (10 + step)); torch._foreach_lerp_(average, [p.detach() for p in params], 1 - d)
        for k, (v, _) in parts.items(): mean[k] = 0.98 * mean.get(k, float(v.detach())) + 0.02 * float(v.detach())
        step += 1
        if step % 50 == 0: say(f"step {step}/{total} {time.time() - t0:.0f}s", " ".join(f"{k} {v:.3f}" for k, v in mean.items()))
    epoch += 1
    if epoch % 4 == 0 or step >= total: evaluate()
