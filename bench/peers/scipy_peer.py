"""Linear assignment in SciPy. A folder holds cost.npy [n, n]; each line on stdin asks for a run, columns.npy holds what it gave."""

import json
import sys
import time

import numpy as np
import scipy
from scipy.optimize import linear_sum_assignment

folder = sys.argv[1]
cost = np.load(f"{folder}/cost.npy")
print(json.dumps({"name": f"SciPy {scipy.__version__}, linear_sum_assignment"}), flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    _, columns = linear_sum_assignment(cost)
    took = 1000 * (time.perf_counter() - start)
    np.save(f"{folder}/columns.npy", columns.astype(np.float32))
    print(json.dumps({"time": took}), flush=True)
