"""Exports small networks with PyTorch and prints what PyTorch counts.

    python3 export.py DIR

Every network is exported in several ways. For each file there is a line on
standard output: its name, the input, the outputs of the layers with weights, the
parameters, and the multiply-accumulates of convolutions and fully connected
layers for one image. block.onnx in this folder is block-13-training.onnx.
"""
import json
import os
import sys
import warnings

import torch
from torch import nn
import torch.nn.functional as F

warnings.filterwarnings("ignore")
torch.manual_seed(1)


def conv(cin, cout, kernel, stride=1, groups=1, act=nn.ReLU):
    layers = [nn.Conv2d(cin, cout, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(cout)]
    return nn.Sequential(*layers, *([act()] if act else []))


class Block(nn.Module):
    """A residual block, with a projection where the shape changes."""

    def __init__(self, cin, cout, stride):
        super().__init__()
        self.body = nn.Sequential(conv(cin, cout, 3, stride), conv(cout, cout, 3, act=None))
        self.skip = conv(cin, cout, 1, stride, act=None) if stride > 1 or cin != cout else nn.Identity()

    def forward(self, x):
        return F.relu(self.body(x) + self.skip(x))


class Inverted(nn.Module):
    """An inverted residual with a depthwise convolution."""

    def __init__(self, cin, cout, stride, act):
        super().__init__()
        wide = 4 * cin
        self.body = nn.Sequential(conv(cin, wide, 1, act=act), conv(wide, wide, 3, stride, wide, act), conv(wide, cout, 1, act=None))
        self.residual = stride == 1 and cin == cout

    def forward(self, x):
        return x + self.body(x) if self.residual else self.body(x)


class View(nn.Module):
    """Flattens with the sizes that it finds, which makes a graph of shapes."""

    def forward(self, x):
        return x.view(x.size(0), -1)


class Mean(nn.Module):
    def forward(self, x):
        return x.mean([2, 3])


def residual():
    return nn.Sequential(conv(3, 16, 7, 2), nn.MaxPool2d(3, 2, 1), Block(16, 16, 1), Block(16, 24, 2), conv(24, 48, 3, groups=4),
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(48, 10))


def inverted():
    return nn.Sequential(conv(3, 8, 3, 2, act=nn.ReLU6), Inverted(8, 8, 1, nn.ReLU6), Inverted(8, 12, 2, nn.Hardswish),
                         Inverted(12, 12, 1, nn.SiLU), nn.AvgPool2d(3, 2, 1), Mean(), nn.Linear(12, 7), nn.LogSoftmax(1))


def pooled():
    return nn.Sequential(nn.Conv2d(3, 8, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True), nn.Conv2d(8, 9, 2, bias=True), nn.PReLU(9),
                         nn.AvgPool2d(2), View(), nn.Linear(9 * 3 * 2, 20), nn.BatchNorm1d(20), nn.ReLU(), nn.Linear(20, 5, bias=False))


def block():
    return nn.Sequential(conv(2, 4, 3), Block(4, 4, 1), Block(4, 6, 2), conv(6, 6, 3, groups=6), nn.MaxPool2d(2),
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 3))


def count(net, x):
    """Multiply-accumulates, and the outputs of layers with weights, by hooks."""
    seen = {"macs": 0, "outputs": []}

    def hook(layer, inputs, output):
        out = output.shape[1:]
        pixels = out[1] * out[2] if len(out) == 3 else 1
        seen["macs"] += layer.weight.numel() * pixels
        seen["outputs"].append([int(n) for n in out])

    hooks = [m.register_forward_hook(hook) for m in net.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    net(x)
    for h in hooks:
        h.remove()
    return seen


def main(folder):
    for name, make, size in [("residual", residual, (3, 64, 48)), ("inverted", inverted, (3, 40, 40)), ("pooled", pooled, (3, 61, 47)),
                             ("block", block, (2, 12, 12))]:
        for opset in (9, 11, 13, 14):
            for mode in ("training", "folded", "open"):
                net = make().eval()
                x = torch.zeros(2, *size)
                seen = count(net, x)
                params = sum(p.numel() for p in net.parameters())
                training, axes = torch.onnx.TrainingMode.PRESERVE, None
                if mode == "folded":  # normalisation after a convolution becomes the convolution's bias
                    training = torch.onnx.TrainingMode.EVAL
                    params -= sum(m.num_features for m in net.modules() if isinstance(m, nn.BatchNorm2d))
                elif mode == "training":
                    training = torch.onnx.TrainingMode.TRAINING
                    net.train()
                else:
                    axes = {"x": {0: "n"} if name == "pooled" else {0: "n", 2: "h", 3: "w"}}
                file = "%s-%d-%s.onnx" % (name, opset, mode)
                torch.onnx.export(net, x, os.path.join(folder, file), opset_version=opset, training=training, input_names=["x"],
                                  dynamic_axes=axes, do_constant_folding=mode != "training")
                print(json.dumps({"file": file, "input": "%dx%dx%d" % size, "outputs": seen["outputs"], "macs": seen["macs"], "params": params}))


main(sys.argv[1])
