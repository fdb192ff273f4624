"""J of many parameter vectors in NumPy: vectorised over a chunk of members, in place where that is simple."""

import numpy as np
from job import blas, read_job, serve

job = read_job()
x, y, w = job.x, job.y, job.w
count = len(x)


def activate(a, layer):
    """In place, but for those that have no such form."""
    name = layer["activation"]["name"]
    if name == "relu":
        return np.maximum(a, 0, out=a)
    if name == "tanh":
        return np.tanh(a, out=a)
    if name == "identity":
        return a
    raise ValueError(f"numpy peer: expected relu, tanh or identity, got {name}")


def reduce(error):
    """Mean of squares over the inputs; `error` [members, k, N]."""
    if job.is_mean:
        return np.einsum("mkn,mkn->m", error, error) / np.float32(count)
    return np.einsum("mkn,mkn,n->m", error, error, w)


def written(theta):
    """Every unit as an array [members, N] of its own."""
    units = [column[None] for column in x.T]
    for i, layer in enumerate(job.layers):
        if layer["kind"] == "activation":
            units = [activate(unit, layer) for unit in units]
        if layer["kind"] == "dense":
            weight, bias = job.part(theta, i, "weight"), job.part(theta, i, "bias")
            before, units = units, []
            for o in range(layer["units"]):
                unit = weight[:, o, 0, None] * before[0]
                for j in range(1, len(before)):
                    unit += weight[:, o, j, None] * before[j]
                if bias is not None:
                    unit += bias[:, o, None]
                units.append(unit)
    return reduce(np.stack(units, 1) - y.T if len(units) > 1 else (units[0] - y.T)[:, None])


def dense(a, theta, i):
    """Batched products [members, units, in] x [members or 1, in, N]."""
    a = np.matmul(job.part(theta, i, "weight"), a)
    bias = job.part(theta, i, "bias")
    if bias is not None:
        a += bias[:, :, None]
    return a


def batched(theta):
    a = x.T[None]  # [1, in, N]
    for i, layer in enumerate(job.layers):
        if layer["kind"] == "activation":
            a = activate(a, layer)
        if layer["kind"] == "dense":
            a = dense(a, theta, i)
    a -= y.T
    return reduce(a)


def patches(a, kernel, stride, padding):
    """[members or 1, channels, N, h, w] to [members or 1, channels * kh * kw, N * h' * w'], and h', w'."""
    if padding:
        a = np.pad(a, ((0, 0), (0, 0), (0, 0), (padding, padding), (padding, padding)))
    kh, kw = kernel
    windows = np.lib.stride_tricks.sliding_window_view(a, (kh, kw), (3, 4))[:, :, :, ::stride, ::stride]
    members, channels, _, height, width = windows.shape[:5]
    columns = windows.transpose(0, 1, 5, 6, 2, 3, 4).reshape(members, channels * kh * kw, -1)
    return columns, height, width


def pool(a, layer):
    size, stride = layer["size"], layer["stride"]
    height = (a.shape[3] - size) // stride + 1
    width = (a.shape[4] - size) // stride + 1
    parts = [
        a[:, :, :, i : i + stride * height : stride, j : j + stride * width : stride][:, :, :, :height, :width]
        for i in range(size)
        for j in range(size)
    ]
    out = parts[0].copy()
    for part in parts[1:]:
        out = np.maximum(out, part, out=out) if layer["pool"] == "max" else np.add(out, part, out=out)
    return out if layer["pool"] == "max" else out / np.float32(size * size)


first_patches = None  # those of the inputs are the same for all members


def convolving(theta):
    """Patches and batched products; activations are [members, channels, N, h, w]."""
    global first_patches
    a = x.transpose(1, 0, 2, 3)[None]
    for i, layer in enumerate(job.layers):
        if layer["kind"] == "activation":
            a = activate(a, layer)
        elif layer["kind"] == "pool":
            a = pool(a, layer)
        elif layer["kind"] == "flatten":
            a = np.ascontiguousarray(a.transpose(0, 1, 3, 4, 2)).reshape(len(a), -1, count)
        elif layer["kind"] == "dense":
            a = dense(a, theta, i)
        elif i == 0:
            if first_patches is None:
                first_patches = patches(a, layer["kernel"], layer["stride"], layer["padding"])
            a = product(theta, i, layer, *first_patches)
        else:
            a = product(theta, i, layer, *patches(a, layer["kernel"], layer["stride"], layer["padding"]))
    a -= y.T
    return reduce(a)


def product(theta, i, layer, columns, height, width):
    weight, bias = job.part(theta, i, "weight"), job.part(theta, i, "bias")
    a = np.matmul(weight.reshape(len(theta), layer["channels"], -1), columns)
    if bias is not None:
        a += bias[:, :, None]
    return a.reshape(len(theta), layer["channels"], count, height, width)


WAYS = {"patches and products": convolving} if job.convolves else {"units written out": written, "batched products": batched}


def loss_of(way, coefficients):
    return WAYS[way](coefficients @ job.basis + job.origin)


serve(job, {"name": f"NumPy {np.__version__}, {blas()}"}, list(WAYS), loss_of)
