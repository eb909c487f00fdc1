"""The network of the second reading: the lower layers of the shared encoder, upper ones of its own, heads over spans."""
import torch, torch.nn as nn, torch.nn.functional as F

from coding_data import CUES, FIELDS, KINDS, OF, RELATIONS, STANCES, STATUS, VALUES
from model import GAPS, H, Crf, Layer, dropout

SHARED = 3                  # layers that are those of the first reading, unchanged
SPAN, POINT = 256, 96       # widths of a span's vector and of the keys by which spans and words find each other
LAYERS = {"terms": 1, "fields": len(FIELDS), "judgements": 1, "encounters": 1}   # kinds of spans a layer of tags tells


class Span(nn.Module):
    """A span's vector: its first and last words and the mean of all."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Linear(3 * H, SPAN)

    def forward(self, h, spans, p=0.35):
        total = torch.cat([torch.zeros(1, H), h.cumsum(0)])
        a, b = torch.tensor([x for x, _ in spans]), torch.tensor([y for _, y in spans])
        mean = (total[b] - total[a]) / (b - a)[:, None]
        return dropout(F.gelu(self.mix(torch.cat([h[a], h[b - 1], mean], 1))), p, self.training)


class Coder(nn.Module):
    def __init__(self):
        super().__init__()
        self.tag, self.cue = nn.Embedding(16, H), nn.EmbeddingBag(len(CUES) + 1, H, mode="sum", padding_idx=len(CUES))
        # Where spans stand that the first pass found: first word or another, of terms, judgements, encounters.
        self.mark = nn.Embedding(7, H)
        for e in (self.tag, self.cue, self.mark): nn.init.zeros_(e.weight)
        self.layers = nn.ModuleList(Layer() for _ in range(6 - SHARED))
        self.emit = nn.ModuleDict({k: nn.Linear(H, 1 + 2 * n) for k, n in LAYERS.items()})
        self.crf = nn.ModuleDict({k: Crf(n) for k, n in LAYERS.items()})
        self.term, self.judgement, self.encounter, self.field = Span(), Span(), Span(), Span()
        # Whose a span's terms are: a word of the window, or none of them.
        self.seek, self.sought = nn.Linear(SPAN, POINT), nn.Linear(H, POINT)
        self.far = nn.Parameter(torch.zeros(2 * len(GAPS))); self.relation = nn.Parameter(torch.zeros(len(RELATIONS)))
        self.nobody = nn.Linear(SPAN, 1)
        # The stance of the span's terms given the word that stands for the holder.
        self.stance_span, self.stance_holder, self.stance = nn.Linear(SPAN, SPAN), nn.Linear(H, SPAN), nn.Linear(SPAN, len(STANCES))
        self.value, self.of = nn.Linear(SPAN, len(VALUES)), nn.Linear(SPAN, len(OF))
        self.kind, self.status = nn.Linear(SPAN, len(KINDS)), nn.Linear(SPAN, len(STATUS))
        # Which terms a condition, scope, reason or figure belongs to.
        self.owner, self.owned = nn.Linear(SPAN, POINT), nn.Linear(SPAN, POINT)
        self.owner_gap = nn.Parameter(torch.zeros(len(FIELDS), 2 * len(GAPS))); self.owner_bias = nn.Parameter(torch.zeros(len(FIELDS)))

    def load_upper(self, net):
        for mine, theirs in zip(self.layers, net.layers[SHARED:]): mine.load_state_dict(theirs.state_dict())

    def encode(self, lower, tags, cues, mask, marks=None, p=0.1):
        """lower [B,L,H], tags [B,L], cues [B,L,k] padded with len(CUES), marks [B,L] in the second pass; rows that are no
        first piece have tag 0, no cue and mark 0."""
        b, l, k = cues.shape
        x = lower + self.tag(tags) + self.cue(cues.view(b * l, k)).view(b, l, H)
        if marks is not None: x = x + self.mark(marks)
        m = None if bool(mask.all()) else torch.zeros(mask.shape).masked_fill(~mask, -1e4)[:, None, None, :]
        for layer in self.layers: x = layer(x, m, p)
        return x

    def holder_scores(self, s, h, gap, relation):
        """[spans, words + 1]: every word, and nobody last."""
        sc = self.seek(s) @ self.sought(h).T / POINT ** 0.5 + self.far[gap] + self.relation[relation]
        return torch.cat([sc, self.nobody(s)], 1)

    def stance_scores(self, s, holder): return self.stance(F.gelu(self.stance_span(s) + self.stance_holder(holder)))

    def owner_scores(self, fields, kinds, terms, gap):
        """[fields, terms] log odds."""
        return self.owner(fields) @ self.owned(terms).T / POINT ** 0.5 + self.owner_gap[kinds[:, None], gap] + self.owner_bias[kinds][:, None]


@torch.no_grad()
def lower(net, ids, shapes):
    """What the shared layers make of one sequence."""
    x = net.emb_norm(net.word(ids) + net.pos.weight[:ids.shape[1]] + net.shape(shapes))
    for l in net.layers[:SHARED]: x = l(x, None, 0.0)
    return x
