"""What torch computes for a small network whose weights follow a formula, for the engine's test.

    python train/oracle.py tests/fixtures/oracle.f32

Writes the vectors of every sequence one after the other, as little-endian f32. The formula and the sequences stand again in
tests/oracle.rs; nothing of the trained weights is used.
"""
import sys
from types import SimpleNamespace

import numpy as np, torch, torch.nn as nn

import model

WIDTH, HEADS, FEED, LAYERS, WORDS, PLACES, SHAPES = 64, 2, 128, 2, 97, 512, 24
LENGTHS = (1, 33, 150)
model.H = WIDTH


def fill(n, seed, size):
    """`n` numbers between -`size` and `size`."""
    i = np.arange(n, dtype=np.int64)
    return (((i * 7919 + seed * 104729) % 2003).astype(np.float64) / 1001.0 - 1.0).astype(np.float32) * np.float32(size)


def main():
    seed = [0]

    def put(p, size, around=0.0):
        seed[0] += 1
        with torch.no_grad(): p.copy_(torch.from_numpy(fill(p.numel(), seed[0], size)).view(p.shape) + around)

    net = SimpleNamespace(word=nn.Embedding(WORDS, WIDTH), pos=nn.Embedding(PLACES, WIDTH), shape=nn.Embedding(SHAPES, WIDTH),
                          emb_norm=nn.LayerNorm(WIDTH, 1e-12), layers=[model.Layer(HEADS, FEED).eval() for _ in range(LAYERS)], training=False)
    put(net.word.weight, 1.0); put(net.pos.weight, 0.25); put(net.shape.weight, 0.25)
    norms = lambda n: (put(n.weight, 0.5, 1.0), put(n.bias, 0.5))
    norms(net.emb_norm)
    for l in net.layers:
        for m in (l.qkv, l.out, l.up, l.down): put(m.weight, 0.25); put(m.bias, 0.1)
        norms(l.n1); norms(l.n2)
    out = []
    with torch.no_grad():
        for n in LENGTHS:
            i = torch.arange(n)[None]
            ids, shapes = (i * 31 + n) % WORDS, (i * 5 + n) % SHAPES
            out.append(model.Network.encode(net, ids, shapes, torch.ones(1, n, dtype=torch.bool))[0].numpy().astype("<f4").tobytes())
    open(sys.argv[1], "wb").write(b"".join(out))


main()
