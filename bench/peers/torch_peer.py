"""J of many parameter vectors in PyTorch on the CPU: vectorised over a chunk of members, without gradients."""

import torch
from job import blas, read_job, serve
from torch.nn import functional as F

job = read_job()
torch.set_num_threads(job.threads)
torch.set_grad_enabled(False)
x, y, w = torch.from_numpy(job.x), torch.from_numpy(job.y), torch.from_numpy(job.w)
origin, basis = torch.from_numpy(job.origin), torch.from_numpy(job.basis)
count = len(x)


def activate(a, layer):
    name = layer["activation"]["name"]
    if name == "relu":
        return a.relu_()
    if name == "tanh":
        return a.tanh_()
    if name == "identity":
        return a
    raise ValueError(f"torch peer: expected relu, tanh or identity, got {name}")


def reduce(squares):
    """Mean over the inputs; `squares` [..., N]."""
    return squares.mean(-1) if job.is_mean else squares @ w


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
                    unit.addcmul_(weight[:, o, j, None], before[j])
                units.append(unit if bias is None else unit.add_(bias[:, o, None]))
    squares = [unit.sub_(target).square_() for unit, target in zip(units, y.T)]
    return reduce(sum(squares[1:], squares[0]))


def dense(a, theta, i):
    """Batched products [members, N, in] x [members, in, units]."""
    weight, bias = job.part(theta, i, "weight"), job.part(theta, i, "bias")
    a = a.expand(len(theta), -1, -1)
    if bias is None:
        return torch.bmm(a, weight.transpose(1, 2))
    return torch.baddbmm(bias[:, None], a, weight.transpose(1, 2))


def batched(theta):
    a = x[None]
    for i, layer in enumerate(job.layers):
        if layer["kind"] == "activation":
            a = activate(a, layer)
        if layer["kind"] == "dense":
            a = dense(a, theta, i)
    return reduce(a.sub_(y).square_().sum(2))


def pool(a, layer):
    of = F.max_pool2d if layer["pool"] == "max" else F.avg_pool2d
    return of(a, layer["size"], layer["stride"])


def grouped(theta):
    """The members as groups of one convolution, channels [members * c]."""
    members, a = len(theta), x
    for i, layer in enumerate(job.layers):
        if layer["kind"] == "activation":
            a = activate(a, layer)
        elif layer["kind"] == "pool":
            a = pool(a, layer)
        elif layer["kind"] == "flatten":
            a = a.reshape(count, members, -1).transpose(0, 1)
        elif layer["kind"] == "dense":
            a = dense(a, theta, i)
        else:
            weight, bias = job.part(theta, i, "weight"), job.part(theta, i, "bias")
            a = F.conv2d(
                a,
                weight.flatten(0, 1),
                None if bias is None else bias.flatten(),
                layer["stride"],
                layer["padding"],
                groups=1 if i == 0 else members,
            )
    return reduce(a.sub(y).square_().sum(2))


def one(theta):
    a = x
    for i, layer in enumerate(job.layers):
        weight, bias = job.part(theta, i, "weight"), job.part(theta, i, "bias")
        weight, bias = weight if weight is None else weight[0], bias if bias is None else bias[0]
        if layer["kind"] == "activation":
            a = activate(a, layer)
        elif layer["kind"] == "pool":
            a = pool(a, layer)
        elif layer["kind"] == "flatten":
            a = a.flatten(1)
        elif layer["kind"] == "dense":
            a = F.linear(a, weight, bias)
        else:
            a = F.conv2d(a, weight, bias, layer["stride"], layer["padding"])
    return reduce(a.sub_(y).square_().sum(1))


def one_by_one(theta):
    return torch.stack([one(row[None]) for row in theta])


if job.convolves:
    WAYS = {"member by member": one_by_one, "grouped convolutions": grouped}
else:
    WAYS = {"units written out": written, "batched products": batched}


def loss_of(way, coefficients):
    return WAYS[way](torch.from_numpy(coefficients) @ basis + origin).numpy()


serve(job, {"name": f"PyTorch {torch.__version__}, {blas()}"}, list(WAYS), loss_of)
