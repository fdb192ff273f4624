"""Loads a .safetensors file strictly into the nn.Sequential of an architecture, and prints what the network gives.

python3 load_state_dict.py ARCHITECTURE.json FILE.safetensors INPUTS.f4 [OTHER.npz]

The architecture is ours in JSON; a residual join is a module with children `block` and `shortcut`. Needs torch and numpy only: the format
is a header length (8 bytes, little endian), a JSON header, and numbers. With OTHER, the same tensors are also saved there under the names
of a torchvision-like ResNet, in the order of those names.
"""

import json
import struct
import sys

import numpy as np
import torch
from torch import nn


class Residual(nn.Module):
    def __init__(self, block, shortcut):
        super().__init__()
        self.block = block
        self.shortcut = shortcut

    def forward(self, x):
        return self.block(x) + self.shortcut(x)


class Power(nn.Module):
    def __init__(self, degree):
        super().__init__()
        self.degree = degree

    def forward(self, x):
        return x**self.degree


def activation(given):
    name = given["name"]
    if name == "leaky-relu":
        return nn.LeakyReLU(given["slope"])
    if name == "power":
        return Power(given["degree"])
    return {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "gelu": nn.GELU, "identity": nn.Identity}[name]()


def sequential(layers, shape):
    """The layers as modules, and the shape after them."""
    modules = []
    for layer in layers:
        kind = layer["kind"]
        if kind == "dense":
            modules.append(nn.Linear(shape[0], layer["units"], layer["bias"]))
        elif kind == "conv":
            modules.append(
                nn.Conv2d(shape[0], layer["channels"], layer["kernel"], layer["stride"], layer["padding"], bias=layer["bias"])
            )
        elif kind == "activation":
            modules.append(activation(layer["activation"]))
        elif kind == "pool":
            modules.append((nn.MaxPool2d if layer["pool"] == "max" else nn.AvgPool2d)(layer["size"], layer["stride"]))
        elif kind == "flatten":
            modules.append(nn.Flatten())
        elif kind == "batch-norm":
            of = nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d
            modules.append(of(shape[0], eps=layer["epsilon"], momentum=layer["momentum"]))
        elif kind == "residual":
            modules.append(Residual(sequential(layer["block"], shape)[0], sequential(layer["shortcut"], shape)[0]))
        modules[-1].eval()
        with torch.no_grad():
            shape = modules[-1](torch.zeros(1, *shape)).shape[1:]
    return nn.Sequential(*modules), shape


def read(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        block = file.read()
    header.pop("__metadata__", None)
    types = {"F32": np.float32, "I64": np.int64}
    return {
        name: torch.from_numpy(
            np.frombuffer(block[slice(*about["data_offsets"])], types[about["dtype"]]).reshape(about["shape"]).copy()
        )
        for name, about in header.items()
    }


def renamed(name):
    """'3.block.1.bias' as a torchvision-like network calls it: 'layer1.0.bn1.bias'."""
    outer = {"0": "conv1", "1": "bn1", "7": "fc"}
    inner = {"block.0": "conv1", "block.1": "bn1", "block.3": "conv2", "block.4": "bn2"}
    parts = name.split(".")
    if parts[0] in outer:
        return ".".join([outer[parts[0]], *parts[1:]])
    inside = ".".join(parts[1:3])
    return ".".join(["layer1.0", inner.get(inside, inside.replace("shortcut", "downsample")), *parts[3:]])


def main(architecture, path, inputs, other=None):
    with open(architecture) as file:
        given = json.load(file)
    network, _ = sequential(given["layers"], given["input"])
    tensors = read(path)
    network.load_state_dict(tensors, strict=True)
    x = torch.from_numpy(np.fromfile(inputs, np.float32).reshape(-1, *given["input"]))
    with torch.no_grad():
        print(json.dumps(network.eval()(x).double().flatten().tolist()))
    if other is not None:
        names = {renamed(name): tensor.numpy() for name, tensor in tensors.items()}
        np.savez(other, **{name: names[name] for name in sorted(names)})


main(*sys.argv[1:])
