"""J of many parameter vectors in PyTorch on CUDA: torch.compile over a chunk of members, in float32 (no TF32)."""

import pathlib
import subprocess
import sys

import torch
from torch.nn import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from job import read_job, serve  # noqa: E402

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
if DEVICE == "cpu" and "--cpu" not in sys.argv:
    sys.exit("PyTorch has no CUDA here")
if not hasattr(torch, "compile"):
    sys.exit(f"PyTorch {torch.__version__} has no torch.compile; install 2.0 or newer")
job = read_job()
torch.set_grad_enabled(False)
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False
x, y, w, origin, basis, coefficients = (
    torch.from_numpy(array).to(DEVICE) for array in (job.x, job.y, job.w, job.origin, job.basis, job.coefficients)
)
count = len(x)


def activate(a, layer):
    return {"relu": torch.relu, "tanh": torch.tanh, "identity": lambda b: b}[layer["activation"]["name"]](a)


def pool(a, layer):
    of = F.max_pool2d if layer["pool"] == "max" else F.avg_pool2d
    return of(a, layer["size"], layer["stride"])


def written(theta):
    """Every unit as an array [members, N] of its own: one fused kernel."""
    units = [column[None] for column in x.T]
    for i, layer in enumerate(job.layers):
        if layer["kind"] == "activation":
            units = [activate(unit, layer) for unit in units]
        if layer["kind"] == "dense":
            weight, bias = job.part(theta, i, "weight"), job.part(theta, i, "bias")
            before, units = units, []
            for o in range(layer["units"]):
                unit = sum(weight[:, o, j, None] * before[j] for j in range(len(before)))
                units.append(unit if bias is None else unit + bias[:, o, None])
    return (sum((unit - target).square() for unit, target in zip(units, y.T)) * w).sum(1)


def batched(theta):
    """Members as groups of convolutions and as batches of products."""
    members, a = len(theta), x
    for i, layer in enumerate(job.layers):
        weight, bias = job.part(theta, i, "weight"), job.part(theta, i, "bias")
        if layer["kind"] == "activation":
            a = activate(a, layer)
        elif layer["kind"] == "pool":
            a = pool(a, layer)
        elif layer["kind"] == "flatten":
            a = a.reshape(count, members, -1).transpose(0, 1)
        elif layer["kind"] == "conv":
            flat = None if bias is None else bias.flatten()
            groups = 1 if i == 0 else members
            a = F.conv2d(a, weight.flatten(0, 1), flat, layer["stride"], layer["padding"], groups=groups)
        else:
            a = torch.matmul(a, weight.transpose(1, 2))
            a = a if bias is None else a + bias[:, None]
    return ((a - y).square().sum(2) * w).sum(1)


small = not job.convolves and sum(layer.get("units", 0) for layer in job.layers) <= 64
WAYS = {"torch.compile, batched": batched}
if small:
    WAYS["torch.compile, units written out"] = written
compiled = {name: torch.compile(way, dynamic=False) for name, way in WAYS.items()}


def loss_of(way, rows):
    return compiled[way](torch.from_numpy(rows).to(DEVICE) @ basis + origin).cpu().numpy()


def peak():
    """float32 multiply-adds of all cores at the highest clock, in FLOP/s; None where it is not known."""
    if DEVICE == "cpu":
        return None
    properties = torch.cuda.get_device_properties(0)
    lanes = 64 if (properties.major, properties.minor) in ((7, 0), (7, 5), (8, 0)) else 128  # of a multiprocessor
    query = ["nvidia-smi", "--query-gpu=clocks.max.sm", "--format=csv,noheader,nounits"]
    try:
        clock = float(subprocess.run(query, capture_output=True, text=True, check=True).stdout.split()[0]) * 1e6
    except (OSError, subprocess.CalledProcessError, ValueError, IndexError):
        return None
    return 2 * lanes * properties.multi_processor_count * clock


name = torch.cuda.get_device_name(0) if DEVICE == "cuda" else "CPU"
serve(job, {"name": f"PyTorch {torch.__version__}, {name}", "peak": peak()}, list(WAYS), loss_of)
