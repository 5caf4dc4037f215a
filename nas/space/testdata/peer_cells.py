"""The oracle of TestCellsAgainstPyTorch: cells of NAS-Bench-201 as PyTorch modules.

Reads cells, one a line, as NAS-Bench-201 writes them; writes for each the
parameters, the multiply-accumulates and the number of poolings and additions of the
network that has to be computed: layers of a cell that its input does not reach, or
that do not reach its output, are not counted. Which those are is what autograd says
of the cell as it runs. The arguments are the side of the input and the classes.
"""
import sys

import torch
from torch import nn

side, classes = int(sys.argv[1]), int(sys.argv[2])


class Count:
    def __init__(self):
        self.params = self.macs = self.pools = self.sums = 0


def numel(module):
    return sum(p.numel() for p in module.parameters())


def conv(inputs, outputs, kernel, stride=1, norm=True):
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)]
    if norm:
        layers = [nn.ReLU()] + layers + [nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers)


def run(module, x, count):
    """A module that is needed: its output and its cost."""
    with torch.no_grad():
        y = module(x)
    count.params += numel(module)
    for m in module.modules():
        if isinstance(m, nn.Conv2d):
            count.macs += m.weight.numel() * y.shape[2] * y.shape[3]
        elif isinstance(m, nn.AvgPool2d):
            count.pools += 1
    return y


def cell(text, channels, x, count):
    """Runs a cell on a small map and counts what autograd finds in it, on x."""
    small = torch.zeros(1, channels, 2, 2, requires_grad=True)
    nodes, ran, sums = [small], [], []
    for node in text.split("+"):
        terms = []
        for edge in node.strip("|").split("|"):
            op, source = edge.split("~")
            source = nodes[int(source)]
            if op == "none":
                continue
            if op == "skip_connect":
                y = source.view_as(source)
            else:
                module = {
                    "nor_conv_1x1": lambda: conv(channels, channels, 1),
                    "nor_conv_3x3": lambda: conv(channels, channels, 3),
                    "avg_pool_3x3": lambda: nn.AvgPool2d(3, 1, 1, count_include_pad=False),
                }[op]()
                module.requires_grad_(False)
                y = module(source)
                ran.append((module, y))
            if y.requires_grad:
                terms.append(y)
        total = torch.zeros(1, channels, 2, 2)
        for i, term in enumerate(terms):
            total = term.view_as(term) if i == 0 else total + term
            if i > 0:
                sums.append(total)
        nodes.append(total)
    if not nodes[-1].requires_grad:
        return
    outputs = [y for _, y in ran if y.requires_grad]
    grads = torch.autograd.grad(nodes[-1].sum(), outputs + sums, allow_unused=True) if outputs + sums else []
    reached = {id(t) for t, g in zip(outputs + sums, grads) if g is not None}
    for module, y in ran:
        if id(y) in reached:
            run(module, x, count)
    count.sums += sum(id(t) in reached for t in sums)


def network(text):
    count = Count()
    x = run(nn.Sequential(nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)), torch.zeros(1, 3, side, side), count)
    for stack in range(3):
        if stack > 0:
            c = 16 << stack
            a = run(conv(c // 2, c, 3, 2), x, count)
            a = run(conv(c, c, 3), a, count)
            b = run(nn.AvgPool2d(2, 2), x, count)
            x = run(conv(c // 2, c, 1, norm=False), b, count) + a
            count.sums += 1
        for _ in range(5):
            cell(text, 16 << stack, x, count)
    count.params += numel(nn.BatchNorm2d(64)) + numel(nn.Linear(64, classes))
    count.macs += 64 * classes
    return count


for line in sys.stdin:
    c = network(line.strip())
    print(c.params, c.macs, c.pools, c.sums)
