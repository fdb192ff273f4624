"""Writes numpy_values.json: the measures by their definitions, in NumPy and SciPy. Run: python3 numpy_values.py > numpy_values.json"""
import json
import numpy as np
from scipy.optimize import linear_sum_assignment

def data(n, d, a, b, constant=()):
    i, j = np.meshgrid(np.arange(n), np.arange(d), indexing='ij')
    x = np.sin(a * (i + 1) * (j + 1) + b * i) + 0.3 * np.cos(1.7 * i + j) + 2.0
    for k in constant:
        x[:, k] = 0.1 * k
    return x

def kept(x):
    return x[:, x.std(axis=0) > 1e-12]

def centred(x):
    return x - x.mean(axis=0)

def linear(x):
    return x @ x.T

def rbf(x, t):
    d2 = ((x[:, None, :] - x[None, :, :]) ** 2).sum(-1)
    return np.exp(-d2 / (2 * t ** 2 * np.median(d2)))

def maximum(x):
    x = centred(kept(x))
    x = x / np.linalg.norm(x, axis=0)
    return (x[:, None, :] * x[None, :, :]).max(-1)

def biased(k, l):
    n = len(k)
    h = np.eye(n) - np.ones((n, n)) / n
    return np.trace(k @ h @ l @ h) / (n - 1) ** 2

def unbiased(k, l):
    n = len(k)
    k, l, one = k - np.diag(np.diag(k)), l - np.diag(np.diag(l)), np.ones(n)
    return (np.trace(k @ l) + (one @ k @ one) * (one @ l @ one) / ((n - 1) * (n - 2)) - 2 / (n - 2) * (one @ k @ l @ one)) / (n * (n - 3))

def cka(k, l, hsic):
    return hsic(k, l) / np.sqrt(hsic(k, k) * hsic(l, l))

def nuclear(x, y):
    x, y = centred(x), centred(y)
    return min(1.0, np.linalg.norm(x.T @ y, 'nuc') / np.linalg.norm(x) / np.linalg.norm(y))

def least(x, y):  # min over permutations of ||X P - Y||, by padding with zero columns
    d = max(x.shape[1], y.shape[1])
    x = np.pad(x, ((0, 0), (0, d - x.shape[1])))
    y = np.pad(y, ((0, 0), (0, d - y.shape[1])))
    rows, columns = linear_sum_assignment(x.T @ y, maximize=True)
    return np.linalg.norm(x[:, rows] - y[:, columns])

def permutation(x, y):
    x, y = centred(kept(x)), centred(kept(y))
    return 1 - least(x / np.linalg.norm(x), y / np.linalg.norm(y)) / 2

def g_relu(x, y):
    x, y = centred(kept(x)), centred(kept(y))
    d = x.shape[1] + y.shape[1]
    return 1 - least(x / np.linalg.norm(x, axis=0), y / np.linalg.norm(y, axis=0)) / np.sqrt(2 * d)

def basis(x):
    x = centred(kept(x))
    u, s, _ = np.linalg.svd(x / np.linalg.norm(x, axis=0), full_matrices=False)
    return u[:, s > 1e-6 * s[0]]

def leading(x, share):
    u, s, _ = np.linalg.svd(centred(x), full_matrices=False)
    return u[:, : np.searchsorted(np.cumsum(s ** 2) / np.sum(s ** 2), share) + 1]

def rhos(p, q):
    return np.minimum(1, np.linalg.svd(p.T @ q, compute_uv=False))

def pwcca(x, y):
    p, q = basis(x), basis(y)
    w, rho, _ = np.linalg.svd(p.T @ q, full_matrices=False)
    alpha = np.abs((p @ w).T @ centred(x)).sum(axis=1)
    return (alpha * np.minimum(1, rho)).sum() / alpha.sum()

CASES = {
    'equal widths': (40, 6, 6, (), ()),
    'different widths': (40, 5, 9, (), ()),
    'more columns than rows': (12, 20, 31, (), ()),
    'one of them wider than long': (12, 4, 31, (), ()),
    'constant columns': (30, 6, 7, (1, 4), (0,)),
    'four rows': (4, 3, 2, (), ()),
    'four rows of more columns, some constant': (4, 7, 6, (2,), (0, 3)),
}
out = {}
for name, (n, d, e, cx, cy) in CASES.items():
    x, y = data(n, d, 0.37, 0.9, cx), data(n, e, 0.23, 1.3, cy)
    p, q = basis(x), basis(y)
    out[name] = {
        'rows': n, 'widths': [d, e], 'constant': [list(cx), list(cy)],
        'linear biased': cka(linear(x), linear(y), biased),
        'linear unbiased': cka(linear(x), linear(y), unbiased),
        'rbf biased': cka(rbf(x, 0.5), rbf(y, 0.5), biased),
        'rbf unbiased': cka(rbf(x, 0.5), rbf(y, 0.5), unbiased),
        'max biased': cka(maximum(x), maximum(y), biased),
        'max unbiased': cka(maximum(x), maximum(y), unbiased),
        'orthogonal': 1 - np.sqrt(2 - 2 * nuclear(x, y)) / 2,
        'angular': np.arccos(nuclear(x, y)),
        'permutation': permutation(x, y),
        'g-relu': g_relu(x, y),
        'mean': rhos(p, q).mean(),
        'squared': (rhos(p, q) ** 2).mean(),
        'svcca': rhos(leading(x, 0.9), leading(y, 0.9)).mean(),
        'pwcca': pwcca(x, y),
    }
print(json.dumps(out, indent=1))
