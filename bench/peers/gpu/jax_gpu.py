"""J of many parameter vectors in JAX on CUDA: jit(vmap(loss)), in float32 (no TF32)."""

import pathlib
import sys

import jax
import jax.numpy as jnp

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from job import read_job, serve  # noqa: E402

if jax.default_backend() != "gpu" and "--cpu" not in sys.argv:
    sys.exit("JAX has no GPU here")
jax.config.update("jax_default_matmul_precision", "highest")
job = read_job()
x, y, w, origin, basis = (jnp.asarray(array) for array in (job.x, job.y, job.w, job.origin, job.basis))


def activate(a, layer):
    return {"relu": jax.nn.relu, "tanh": jnp.tanh, "identity": lambda b: b}[layer["activation"]["name"]](a)


def part(theta, layer, role):
    return (lambda found: None if found is None else found[0])(job.part(theta[None], layer, role))


def pool(a, layer):
    window, stride = (1, 1, layer["size"], layer["size"]), (1, 1, layer["stride"], layer["stride"])
    if layer["pool"] == "max":
        return jax.lax.reduce_window(a, -jnp.inf, jax.lax.max, window, stride, "VALID")
    return jax.lax.reduce_window(a, 0.0, jax.lax.add, window, stride, "VALID") / layer["size"] ** 2


def loss(theta):
    a = x
    for i, layer in enumerate(job.layers):
        weight, bias = part(theta, i, "weight"), part(theta, i, "bias")
        if layer["kind"] == "activation":
            a = activate(a, layer)
        elif layer["kind"] == "pool":
            a = pool(a, layer)
        elif layer["kind"] == "flatten":
            a = a.reshape(len(a), -1)
        elif layer["kind"] == "conv":
            strides, pad = (layer["stride"],) * 2, [(layer["padding"],) * 2] * 2
            a = jax.lax.conv_general_dilated(a, weight, strides, pad)
            a = a if bias is None else a + bias[:, None, None]
        else:
            a = a @ weight.T
            a = a if bias is None else a + bias
    return jnp.sum(w * jnp.sum(jnp.square(a - y), 1))


def written(theta):
    """Every unit as an array [N] of its own: one fused kernel."""
    units = list(x.T)
    for i, layer in enumerate(job.layers):
        if layer["kind"] == "activation":
            units = [activate(unit, layer) for unit in units]
        if layer["kind"] == "dense":
            weight, bias = part(theta, i, "weight"), part(theta, i, "bias")
            before = units
            units = [sum(weight[o, j] * before[j] for j in range(len(before))) for o in range(layer["units"])]
            if bias is not None:
                units = [unit + bias[o] for o, unit in enumerate(units)]
    return jnp.sum(w * sum(jnp.square(unit - target) for unit, target in zip(units, y.T)))


small = not job.convolves and sum(layer.get("units", 0) for layer in job.layers) <= 64
losses = {"jit(vmap)": loss, **({"jit(vmap), units written out": written} if small else {})}
mapped = {name: jax.jit(lambda c, of=of: jax.vmap(of)(c @ basis + origin)) for name, of in losses.items()}


def loss_of(way, rows):
    return jax.device_get(mapped[way](rows))


serve(job, {"name": f"JAX {jax.__version__}, {jax.devices()[0].device_kind}"}, list(losses), loss_of)
