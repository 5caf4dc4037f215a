"""Trains a network on CIFAR-10 files with PyTorch.

FOLDER has CIFAR-10's binary version; the data_batch files that are there are
trained on. The recipe is that of coexplore train --augment --warmup 1 --lr RATE:
SGD with Nesterov momentum 0.9, weight decay 5e-4 on weights, a warm-up of one
epoch and half a cosine, random shifts by up to 4 pixels and mirroring, batches of
64. The folder START, if given, has what else a seed decides: weights.bin (float32,
in the order conv weights, batch-norm scale and shift a layer, then dense weights and
bias) and views.bin (int32, epoch x position x image, shift right, shift down,
mirrored). Prints mean loss and test accuracy after every epoch on standard error,
and as JSON test accuracy and loss in the end and the loss of every update.
"""
import argparse
import glob
import json
import math
import os
import re
import sys

import numpy as np
import torch
import torch.nn as nn

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder", metavar="FOLDER")
parser.add_argument("--network", default="3x36,5x36,1x64,3x48s2,7x24,1x64",
                    help="layers KxF or KxFsS; by default the published predicted-stride OptHW network")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--epochs", type=int, default=10)
parser.add_argument("--rate", type=float, default=0.02, help="highest learning rate")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--train-images", type=int, help="the first so many (default: all)")
parser.add_argument("--test-images", type=int, help="the first so many (default: all)")
parser.add_argument("--start", metavar="START")
args = parser.parse_args()
torch.set_num_threads(args.threads)
torch.manual_seed(args.seed)
epochs, start = args.epochs, args.start
BATCH, PAD = 64, 4


def load(pattern, count):
    raw = np.concatenate([np.fromfile(f, np.uint8).reshape(-1, 3073) for f in sorted(glob.glob(os.path.join(args.folder, pattern)))])[:count]
    return torch.from_numpy(raw[:, 1:].reshape(-1, 3, 32, 32).copy()), torch.from_numpy(raw[:, 0].astype(np.int64))


x, y = load("data_batch_*.bin", args.train_images)
tx, ty = load("test_batch.bin", args.test_images)
mean = x.float().mean((0, 2, 3), keepdim=True)
std = x.float().std((0, 2, 3), keepdim=True, unbiased=False)

layers, c, size = [], 3, 32
for layer in args.network.split(","):
    k, f, s = (int(v or 1) for v in re.fullmatch(r"(\d+)x(\d+)(?:s(\d+))?", layer).groups())
    conv = nn.Conv2d(c, f, k, s, k // 2, bias=False)
    nn.init.kaiming_normal_(conv.weight, mode="fan_in", nonlinearity="relu")
    layers += [conv, nn.BatchNorm2d(f), nn.ReLU()]
    c, size = f, (size + s - 1) // s
dense = nn.Linear(c * size * size, 10)
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
                      lr=args.rate, momentum=0.9, nesterov=True)
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


def measure():
    """Accuracy and mean loss on the test images."""
    net.eval()
    right, loss = 0, 0.0
    with torch.no_grad():
        for i in range(0, len(tx), 500):
            out = net((tx[i:i + 500].float() - mean) / std)
            right += (out.argmax(1) == ty[i:i + 500]).sum().item()
            loss += nn.functional.cross_entropy(out, ty[i:i + 500], reduction="sum").item()
    net.train()
    return right / len(tx), loss / len(tx)


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
            rate = args.rate * (step + 1) / per_epoch
        else:
            rate = args.rate * (1 + math.cos(math.pi * (step - per_epoch) / (total - per_epoch))) / 2
        for group in opt.param_groups:
            group["lr"] = rate
        opt.zero_grad()
        loss = loss_of(net((augment(x[at], *(m[part] for m in moves)).float() - mean) / std), y[at])
        loss.backward()
        opt.step()
        losses.append(loss.item())
    accuracy, test_loss = measure()
    print(f"epoch {epoch + 1}: mean loss {np.mean(losses[-per_epoch:]):.4f}, test accuracy {accuracy:.4f}", file=sys.stderr, flush=True)
print(json.dumps({"accuracy": accuracy, "test_loss": test_loss, "losses": losses}))
