"""pytorch.py <workload> <device> <threads> <steps> <repeats>: the same training in PyTorch; prints one JSON object."""
import json
import statistics
import sys
import time

import torch
from torch import nn

workload, device, threads, steps, repeats = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
torch.set_num_threads(threads)
torch.manual_seed(0)
hidden = 4096 if workload == "large" else 256
if workload == "cnn":
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 49, 10),
    )
else:
    model = nn.Sequential(nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 10))
model = model.to(device)
optimizer = torch.optim.Adam(model.parameters())
loss_of = nn.CrossEntropyLoss()
rows = 4096 if workload == "large" else 128
shape = (1, 28, 28) if workload == "cnn" else (784,)
features, labels = torch.rand(rows * 10, *shape), torch.randint(0, 10, (rows * 10,))


def epoch():
    start = time.perf_counter()
    for step in range(steps):
        at = step % 10 * rows
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(model(features[at : at + rows].to(device)), labels[at : at + rows].to(device))
        loss.backward()
        optimizer.step()
        loss.item()
    return steps * rows / (time.perf_counter() - start)


epoch()
before = time.process_time()
rates = [epoch() for _ in range(repeats)]
seconds = time.process_time() - before
print(json.dumps({"best": max(rates), "median": statistics.median(rates), "perCpuSecond": steps * rows * repeats / seconds}))
