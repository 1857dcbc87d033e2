"""Makes models/pytorch-*.onnx, as PyTorch exports them, with what PyTorch itself answers.

python3 -m venv env && env/bin/pip install torch==1.13.0 'numpy<2' && env/bin/python make_pytorch.py
"""
import torch
from torch import nn

from answers import save_answers

torch.manual_seed(1)


class Attention(nn.Module):
    """One block of a transformer over the features, eight tokens of four numbers."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(4, 8)
        self.norm = nn.LayerNorm(8)
        self.queries, self.keys, self.values = nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 8)
        self.feed = nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8))
        self.out = nn.Linear(8, 3)

    def forward(self, x):
        x = self.embed(x.view(-1, 8, 4))
        y = self.norm(x)
        scores = self.queries(y) @ self.keys(y).transpose(1, 2) / 8**0.5
        x = x + torch.softmax(scores, -1) @ self.values(y)
        x = x + self.feed(x)
        return torch.softmax(self.out(x.mean(1)), -1)


def save(name, model, rows, opset):
    # Statistics of batch normalisation that are not those of the start.
    model.train()
    for _ in range(5):
        model(torch.randn(64, *rows.shape[1:]) * 2 + 1)
    model.eval()
    torch.onnx.export(
        model, rows, f"models/{name}.onnx", opset_version=opset, input_names=["x"], output_names=["y"],
        dynamic_axes={"x": {0: "batch"}, "y": {0: "batch"}},
    )
    save_answers(name, rows.numpy(), model(rows).detach().numpy())


save(
    "pytorch-mlp",
    nn.Sequential(
        nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 8), nn.Tanh(), nn.Linear(8, 3), nn.Softmax(1)
    ),
    torch.randn(5, 8),
    11,
)
save(
    "pytorch-cnn",
    nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3), nn.LeakyReLU(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(6, 3),
    ),
    torch.randn(5, 1, 8, 8),
    13,
)
save("pytorch-attention", Attention(), torch.randn(5, 32), 14)
save("pytorch-regressor", nn.Sequential(nn.Linear(8, 16), nn.ELU(), nn.Linear(16, 1)), torch.randn(5, 8), 9)
