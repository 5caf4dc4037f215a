"""Trains the network described on standard input with PyTorch and prints its losses.

usage: peer_loss.py FOLDER

FOLDER holds run.json (network, head, sizes, recipe), weights.bin (float32, in
the order conv weights, batch-norm scale and shift a layer, then dense weights and
bias), batches.bin (float32, step x image x channel x row x column) and
labels.bin (a byte each). Prints a JSON list with the loss of every update; computes
in float64 if run.json says "double". If it says "gradients", the gradients of the
last update are written to gradients.bin (float64), in the order of the weights,
then for each batch normalisation mean and variance of that batch.
"""
import json
import os
import sys

import numpy as np
import torch
import torch.nn as nn

folder = sys.argv[1]
run = json.load(open(os.path.join(folder, "run.json")))
weights = np.fromfile(os.path.join(folder, "weights.bin"), dtype="<f4")
batches = np.fromfile(os.path.join(folder, "batches.bin"), dtype="<f4")
labels = np.fromfile(os.path.join(folder, "labels.bin"), dtype=np.uint8)

layers, c = [], run["channels"]
h = run["height"]
for k, f, s in run["layers"]:
    layers += [nn.Conv2d(c, f, k, s, k // 2, bias=False), nn.BatchNorm2d(f), nn.ReLU()]
    c, h = f, (h + s - 1) // s
if run["pool"]:
    layers.append(nn.AdaptiveAvgPool2d(1))
    features = c
else:
    features = c * h * h
layers += [nn.Flatten(), nn.Linear(features, run["classes"])]
net = nn.Sequential(*layers)
if run["double"]:
    net.double()
if run.get("gradients"):  # running statistics of the last batch alone
    for module in net:
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 1.0

at = 0
decay, plain = [], []
with torch.no_grad():
    for module in net:
        for p in module.parameters(recurse=False):
            n = p.numel()
            p.copy_(torch.from_numpy(weights[at:at + n].copy()).view_as(p))
            at += n
            is_weight = not isinstance(module, nn.BatchNorm2d) and p.dim() > 1
            (decay if is_weight else plain).append(p)
assert at == len(weights), (at, len(weights))

opt = torch.optim.SGD(
    [{"params": decay, "weight_decay": run["decay"]}, {"params": plain, "weight_decay": 0}],
    lr=run["rates"][0], momentum=run["momentum"], nesterov=run["nesterov"])
loss_of = nn.CrossEntropyLoss(label_smoothing=run["smoothing"])
steps, batch = len(run["rates"]), run["batch"]
x = torch.from_numpy(batches).view(steps, batch, run["channels"], run["height"], run["height"])
if run["double"]:
    x = x.double()
y = torch.from_numpy(labels.astype(np.int64)).view(steps, batch)
losses = []
for i, rate in enumerate(run["rates"]):
    for group in opt.param_groups:
        group["lr"] = rate
    opt.zero_grad()
    loss = loss_of(net(x[i]), y[i])
    loss.backward()
    opt.step()
    losses.append(loss.item())
if run.get("gradients"):
    norms = [m for m in net if isinstance(m, nn.BatchNorm2d)]
    arrays = [p.grad for p in net.parameters()] + [s for m in norms for s in (m.running_mean, m.running_var)]
    np.concatenate([a.double().numpy().ravel() for a in arrays]).astype("<f8").tofile(os.path.join(folder, "gradients.bin"))
print(json.dumps(losses))
