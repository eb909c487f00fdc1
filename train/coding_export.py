"""Writes the second reading's network in the form the Rust engine reads.

    python train/coding_export.py OUT/coder.pt models/     (writes travaux-talks-int8.safetensors)
    python train/coding_export.py OUT/coder.pt DIR --fp32  (writes travaux-talks-fp32.safetensors, for evaluation)
"""
import json, os, sys

import torch
from safetensors.torch import save_file

# Taken from the score of "no span" in each layer of tags; chosen on gold dev of some values from 0 to 1.2.
OUTSIDE = {"terms": 0.15, "fields": 1.0, "judgements": 0.0, "encounters": 0.1}


def quantise(w):
    s = w.abs().amax(1).clamp(min=1e-12) / 127
    return (w / s[:, None]).round().clamp(-127, 127).to(torch.int8).contiguous(), s.contiguous()


def main():
    fp32 = "--fp32" in sys.argv
    path, out = [x for x in sys.argv[1:] if not x.startswith("--")]
    net, t = torch.load(path, weights_only=True), {}
    keep = lambda name, x: t.__setitem__(name, x.float().contiguous().clone())
    keep("tag", net["tag.weight"]); keep("cue", net["cue.weight"][:-1]); keep("mark", net["mark.weight"])
    layers = sorted({int(k.split(".")[1]) for k in net if k.startswith("layers.")})
    for i in layers:
        p = f"layers.{i}."
        for m in ("qkv", "out", "up", "down"):
            if fp32: keep(p + m + ".w", net[p + m + ".weight"])
            else: t[p + m + ".q"], t[p + m + ".s"] = quantise(net[p + m + ".weight"].float())
            keep(p + m + ".b", net[p + m + ".bias"])
        for m in ("n1", "n2"): keep(p + m + ".g", net[p + m + ".weight"]); keep(p + m + ".b", net[p + m + ".bias"])
    for h, bias in OUTSIDE.items():
        b = net[f"emit.{h}.bias"].clone(); b[0] -= bias
        keep(h + ".w", net[f"emit.{h}.weight"]); keep(h + ".b", b)
        keep(h + ".trans", net[f"crf.{h}.trans"] + net[f"crf.{h}.t_mask"])
        keep(h + ".start", net[f"crf.{h}.start"] + net[f"crf.{h}.s_mask"]); keep(h + ".end", net[f"crf.{h}.end"])
    for h in ("term", "judgement", "encounter", "field"):
        keep(h + ".w", net[h + ".mix.weight"]); keep(h + ".b", net[h + ".mix.bias"])
    for h in ("seek", "sought", "nobody", "stance_span", "stance_holder", "stance", "value", "of", "kind", "status", "owner", "owned"):
        keep(h + ".w", net[h + ".weight"]); keep(h + ".b", net[h + ".bias"])
    for h in ("far", "relation", "owner_gap", "owner_bias"): keep(h, net[h])
    # What confidence is worth, by train/calibrate.py: a constant and a weight for the logarithm of each score.
    file = os.path.join(os.path.dirname(path), "calibration.json")
    table = json.load(open(file)) if os.path.exists(file) else {"positions": [1.0, 1.0, 1.0, 1.0], "assessments": [1.0, 1.0, 1.0], "encounters": [1.0, 1.0, 1.0, 1.0]}
    for kind, values in table.items(): keep("calibration." + kind, torch.tensor(values))
    os.makedirs(out, exist_ok=True)
    kind = "fp32" if fp32 else "int8"
    save_file(t, os.path.join(out, f"travaux-talks-{kind}.safetensors"), metadata={"format": "travaux.weights/1", "kind": kind})


main()
