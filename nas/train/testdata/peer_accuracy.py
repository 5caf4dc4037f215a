"""Trains the published predicted-stride network on CIFAR-10 files with PyTorch.

usage: peer_accuracy.py FOLDER SEED [EPOCHS [THREADS [START [RATE]]]]

FOLDER has CIFAR-10's binary version; the data_batch files that are there are
trained on. The recipe is that of coexplore train --augment --warmup 1 --lr 0.02:
SGD with Nesterov momentum 0.9, weight decay 5e-4 on weights, a warm-up of one
epoch and half a cosine, random shifts by up to 4 pixels and mirroring, batches of
64. The folder START, if given, has what else the seed decides: weights.bin (float32,
in the order conv weights, batch-norm scale and shift a layer, then dense weights and
bias) and views.bin (int32, epoch x position x image, shift right, shift down,
mirrored). RATE is the highest learning rate. Prints mean loss and test accuracy after
every epoch, then as JSON the accuracy of the last and the loss of every update.
"""
import glob
import json
import math
import os
import sys

import numpy as np
import torch
import torch.nn as nn

folder, seed = sys.argv[1], int(sys.argv[2])
epochs = int(sys.argv[3]) if len(sys.argv) > 3 else 10
torch.set_num_threads(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
torch.manual_seed(seed)
start = sys.argv[5] if len(sys.argv) > 5 else None
RATE = float(sys.argv[6]) if len(sys.argv) > 6 else 0.02
BATCH, PAD = 64, 4


def load(pattern):
    raw = np.concatenate([np.fromfile(f, np.uint8).reshape(-1, 3073) for f in sorted(glob.glob(os.path.join(folder, pattern)))])
    return torch.from_numpy(raw[:, 1:].reshape(-1, 3, 32, 32).copy()), torch.from_numpy(raw[:, 0].astype(np.int64))


x, y = load("data_batch_*.bin")
tx, ty = load("test_batch.bin")
mean = x.float().mean((0, 2, 3), keepdim=True)
std = x.float().std((0, 2, 3), keepdim=True, unbiased=False)

layers, c = [], 3
for k, f, s in [(3, 36, 1), (5, 36, 1), (1, 64, 1), (3, 48, 2), (7, 24, 1), (1, 64, 1)]:
    conv = nn.Conv2d(c, f, k, s, k // 2, bias=False)
    nn.init.kaiming_normal_(conv.weight, mode="fan_in", nonlinearity="relu")
    layers += [conv, nn.BatchNorm2d(f), nn.ReLU()]
    c = f
dense = nn.Linear(64 * 16 * 16, 10)
nn.init.normal_(dense.weight, std=math.sqrt(1 / dense.in_features))
nn.init.zeros_(dense.bias)
net = nn.Sequential(*layers, nn.Flatten(), dense)

if start:
    values = np.fromfile(os.path.join(start, "weights.bin"), dtype="<f4")
    at = 0
    with torch.no_grad():
        for module in net:
            for p in module.parameters(recurse=False):
                p.copy_(torch.from_numpy(values[at:at + p.numel()].copy()).view_as(p))
                at += p.numel()
    assert at == len(values), (at, len(values))
    views = torch.from_numpy(np.fromfile(os.path.join(start, "views.bin"), dtype="<i4").astype(np.int64)).view(epochs, len(x), 4)

weights = [p for p in net.parameters() if p.dim() > 1]
rest = [p for p in net.parameters() if p.dim() == 1]
opt = torch.optim.SGD([{"params": weights, "weight_decay": 5e-4}, {"params": rest, "weight_decay": 0}],
                      lr=RATE, momentum=0.9, nesterov=True)
loss_of = nn.CrossEntropyLoss()
per_epoch = (len(x) + BATCH - 1) // BATCH
total, losses = per_epoch * epochs, []
span = torch.arange(32)


def draw(n):
    """Shifts right and down, and whether to mirror, of n images."""
    return torch.randint(-PAD, PAD + 1, (n,)), torch.randint(-PAD, PAD + 1, (n,)), torch.randint(0, 2, (n,))


def augment(images, right, down, mirrored):
    """Moves every image of a batch, then mirrors some."""
    padded = nn.functional.pad(images, (PAD,) * 4)
    rows = PAD + down[:, None] + span
    cols = PAD + right[:, None] + span
    cols = torch.where(mirrored[:, None] == 1, 31 + 2 * PAD - cols, cols)
    return padded[torch.arange(len(images))[:, None, None, None], torch.arange(3)[None, :, None, None],
                  rows[:, None, :, None], cols[:, None, None, :]]


def accuracy():
    net.eval()
    with torch.no_grad():
        right = sum((net((tx[i:i + 500].float() - mean) / std).argmax(1) == ty[i:i + 500]).sum().item()
                    for i in range(0, len(tx), 500))
    net.train()
    return right / len(tx)


for epoch in range(epochs):
    if start:
        order, *moves = views[epoch].T
    else:
        order, moves = torch.randperm(len(x)), draw(len(x))
    for b in range(per_epoch):
        part = slice(b * BATCH, (b + 1) * BATCH)
        at = order[part]
        step = len(losses)
        if step < per_epoch:
            rate = RATE * (step + 1) / per_epoch
        else:
            rate = RATE * (1 + math.cos(math.pi * (step - per_epoch) / (total - per_epoch))) / 2
        for group in opt.param_groups:
            group["lr"] = rate
        opt.zero_grad()
        loss = loss_of(net((augment(x[at], *(m[part] for m in moves)).float() - mean) / std), y[at])
        loss.backward()
        opt.step()
        losses.append(loss.item())
    print(f"epoch {epoch + 1}: mean loss {np.mean(losses[-per_epoch:]):.4f}, test accuracy {accuracy():.4f}", file=sys.stderr, flush=True)
print(json.dumps({"accuracy": accuracy(), "seed": seed, "epochs": epochs, "losses": losses}))
