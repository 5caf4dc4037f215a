"""Trains networks with PyTorch for a while, whenever it is told to.

usage: peer_speed.py NETWORKS THREADS BATCH

NETWORKS is a JSON object of lists of [kernel, filters, stride]; each network ends
in global average pooling and ten outputs. For every line "NAME SECONDS" on
standard input it trains that network and prints the images a second.
"""
import json
import sys
import time

import torch
import torch.nn as nn

networks, threads, batch = json.loads(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.manual_seed(0)
x = torch.randn(batch, 3, 32, 32)
y = torch.randint(0, 10, (batch,))


def trainer(spec):
    layers, c = [], 3
    for k, f, s in spec:
        layers += [nn.Conv2d(c, f, k, s, k // 2, bias=False), nn.BatchNorm2d(f), nn.ReLU()]
        c = f
    net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, 10))
    opt = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, nesterov=True, weight_decay=5e-4)
    loss_of = nn.CrossEntropyLoss()

    def step():
        opt.zero_grad()
        loss = loss_of(net(x), y)
        loss.backward()
        opt.step()
        return loss.item()

    return step


steps = {name: trainer(spec) for name, spec in networks.items()}
for step in steps.values():
    step(), step()
print("ready", torch.__version__, flush=True)
for line in sys.stdin:
    name, seconds = line.split()
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < float(seconds):
        steps[name]()
        count += 1
    print(count * batch / (time.perf_counter() - start), flush=True)
