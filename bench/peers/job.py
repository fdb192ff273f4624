"""What the NumPy and the PyTorch peer share: reading a job, and answering requests for runs.

A folder holds job.npz (x [N, ...], y [N, k], w [N], origin [P], basis [m, P], coefficients [count, m]) and job.json (the layers
and the parameters' places). Requests are lines of JSON on stdin, {"way", "chunk", "count"}; an answer is a line with the
milliseconds that the run took, and J of the first `count` members is in loss.npy.
"""

import json
import sys
import time

import numpy as np


class Job:
    def __init__(self, folder):
        self.folder = folder
        with open(f"{folder}/job.json") as file:
            told = json.load(file)
        self.layers = told["layers"]  # as src/catalog/architecture.ts has them
        self.tensors = told["tensors"]  # {layer, role, shape, offset, size}
        self.threads = told["threads"]
        with np.load(f"{folder}/job.npz") as arrays:
            self.x, self.y, self.w = arrays["x"], arrays["y"], arrays["w"]
            self.origin, self.basis = arrays["origin"], arrays["basis"]
            self.coefficients = arrays["coefficients"]
        self.is_mean = bool((self.w == self.w[0]).all())

    @property
    def convolves(self):
        return any(layer["kind"] == "conv" for layer in self.layers)

    def part(self, theta, layer, role):
        """A parameter tensor of every member, [members, ...shape], or None where the layer has none."""
        for tensor in self.tensors:
            if tensor["layer"] == layer and tensor["role"] == role:
                rows = theta[:, tensor["offset"] : tensor["offset"] + tensor["size"]]
                return rows.reshape(-1, *tensor["shape"])
        return None


def read_job():
    return Job(sys.argv[1])


def serve(job, about, ways, loss_of):
    """Answers requests until stdin ends. `loss_of(way, coefficients)` gives J of a chunk, as a NumPy array."""
    print(json.dumps({**about, "ways": ways}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        count, chunk = asked["count"], asked["chunk"]
        loss = np.empty(count, np.float32)
        start = time.perf_counter()
        for at in range(0, count, chunk):
            end = min(count, at + chunk)
            loss[at:end] = loss_of(asked["way"], job.coefficients[at:end])
        took = 1000 * (time.perf_counter() - start)
        np.save(f"{job.folder}/loss.npy", loss)
        print(json.dumps({"time": took}), flush=True)


def blas():
    """The library that multiplies matrices, as the dynamic linker found it."""
    try:
        with open("/proc/self/maps") as maps:
            paths = {line.split()[-1] for line in maps if "/" in line}
    except OSError:
        return "unknown"
    known = {"openblas": "OpenBLAS", "mkl_rt": "MKL", "libmkl": "MKL", "blis": "BLIS", "atlas": "ATLAS"}
    for word, name in known.items():
        if any(word in path.lower() for path in paths):
            return name
    return "reference BLAS" if any("libblas" in path for path in paths) else "unknown"
