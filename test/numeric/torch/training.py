"""Writes training.json: two networks trained by PyTorch for a few epochs on all examples at once.

    /usr/bin/python3 test/numeric/torch/training.py && npx biome format --write test/numeric/torch
"""

import json
import pathlib

import torch
from torch import nn

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)


class Residual(nn.Module):
    """block(x) + shortcut(x), named as Fiberscope names it."""

    def __init__(self, block, shortcut):
        super().__init__()
        self.block, self.shortcut = nn.Sequential(*block), nn.Sequential(*shortcut)

    def forward(self, x):
        return self.block(x) + self.shortcut(x)


def conv(a, b, kernel, stride=1):
    return nn.Conv2d(a, b, kernel, stride, padding=kernel // 2, bias=False)


def norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-5, momentum=0.1)


def network():
    return nn.Sequential(
        conv(2, 3, 3), norm(3), nn.GELU(),
        Residual([conv(3, 4, 3, 2), norm(4), nn.ReLU(), conv(4, 4, 3), norm(4)], [conv(3, 4, 1, 2), norm(4)]),
        nn.ReLU(), nn.MaxPool2d(2, 1), nn.Flatten(), nn.Linear(16, 3),
    )


def flat(tensors):
    return torch.cat([t.detach().flatten() for t in tensors]).to(torch.float32).tolist()


def state(model):
    buffers = [b for name, b in model.named_buffers() if not name.endswith("num_batches_tracked")]
    return {"theta": flat(model.parameters()), "buffers": flat(buffers)}


x = (8 * torch.randn(20, 2, 6, 6)).round() / 8
labels = torch.arange(20) % 3
EPOCHS = 8
runs = {}
for name in ["SGD", "AdamW"]:
    model = network()
    for parameter in model.parameters():  # numbers that float32 holds
        parameter.data = parameter.data.to(torch.float32).to(torch.float64)
    start = state(model)
    if name == "SGD":
        rule = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-3)
    else:
        rule = torch.optim.AdamW(model.parameters(), lr=0.01, betas=(0.9, 0.99), eps=1e-6, weight_decay=0.1)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(rule, T_max=EPOCHS)
    losses = []
    for _ in range(EPOCHS):
        rule.zero_grad()
        loss = nn.functional.cross_entropy(model(x), labels)
        loss.backward()
        rule.step()
        schedule.step()
        losses.append(loss.item())
    model.eval()
    with torch.no_grad():
        outputs = model(x)
    runs[name] = {"start": start, "end": state(model), "losses": losses, "outputs": flat([outputs])}

# the statistics that torch.optim.swa_utils.update_bn finds on batches of 8, 8 and 4
with torch.no_grad():
    torch.optim.swa_utils.update_bn(torch.utils.data.DataLoader(x, batch_size=8), model)
estimated = state(model)["buffers"]
made = {"torch": torch.__version__, "x": flat([x]), "labels": labels.tolist(), "runs": runs, "estimated": estimated}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(made) + "\n")
