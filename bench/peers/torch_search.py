"""SGD searches in PyTorch, one after another or all at once, on minibatches that were drawn beforehand.

A folder holds job.npz (x [steps, n, in], y [steps, n, k], start [count, P]) and job.json (layers, the parameters' places, the
learning rate). Requests are lines of JSON, {"way", "count"}; θ of the first `count` candidates is in theta.npy.
"""

import json
import sys
import time

import numpy as np
import torch

torch.set_num_threads(1)
folder = sys.argv[1]
with open(f"{folder}/job.json") as file:
    told = json.load(file)
with np.load(f"{folder}/job.npz") as arrays:
    xs, ys, start = (torch.from_numpy(arrays[name]) for name in ("x", "y", "start"))


def place(layer, role):
    for i, tensor in enumerate(told["tensors"]):
        if tensor["layer"] == layer and tensor["role"] == role:
            return i
    return None


def descend(theta):
    """θ [members, P] after all steps: every parameter tensor is [members, ...]."""
    members = len(theta)
    parts = [
        theta[:, t["offset"] : t["offset"] + t["size"]].reshape(members, *t["shape"]).clone().requires_grad_()
        for t in told["tensors"]
    ]
    optimizer = torch.optim.SGD(parts, lr=told["rate"])
    for x, y in zip(xs, ys):
        a = x.expand(members, -1, -1)
        for i, layer in enumerate(told["layers"]):
            if layer["kind"] == "activation":
                a = a.relu()
            else:
                weight, bias = place(i, "weight"), place(i, "bias")
                a = torch.bmm(a, parts[weight].transpose(1, 2))
                if bias is not None:
                    a = a + parts[bias][:, None]
        loss = (a - y).square().sum(2).mean(1).sum()  # a sum over members: each has its own gradient
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return torch.cat([part.detach().flatten(1) for part in parts], 1)


def descend_one(theta):
    """θ [P] after all steps, as it is written for one network."""
    parts = [theta[t["offset"] : t["offset"] + t["size"]].reshape(t["shape"]).clone().requires_grad_() for t in told["tensors"]]
    optimizer = torch.optim.SGD(parts, lr=told["rate"])
    for x, y in zip(xs, ys):
        a = x
        for i, layer in enumerate(told["layers"]):
            if layer["kind"] == "activation":
                a = a.relu()
            else:
                bias = place(i, "bias")
                a = torch.nn.functional.linear(a, parts[place(i, "weight")], None if bias is None else parts[bias])
        loss = (a - y).square().sum(1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return torch.cat([part.detach().flatten() for part in parts])


print(json.dumps({"name": f"PyTorch {torch.__version__}"}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    began = time.perf_counter()
    rows = start[: asked["count"]]
    theta = descend(rows) if asked["way"] == "batched" else torch.stack([descend_one(row) for row in rows])
    took = 1000 * (time.perf_counter() - began)
    np.save(f"{folder}/theta.npy", theta.numpy())
    print(json.dumps({"time": took}), flush=True)
