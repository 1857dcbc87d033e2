"""The streams of vectors/quality_table.json, made again by river: rows, labels and the answers of its Hoeffding tree.

Usage: river_streams.py FOLDER FIRST_SEED LAST_SEED. A file per generator and seed that is not there yet: for each of 20,000 rows the
features, the probability of class 1, the answer and the label, all as little-endian float32.
"""

import array
import itertools
import os
import sys

from river import tree
from river.datasets import synth

ROWS = 5_000

# Generator -> the concept after the i-th change; the random seed of each concept is 10 * seed + i.
CONCEPTS = {
    "SEA": lambda i, seed: synth.SEA(variant=(0, 2, 1, 3)[i], noise=0.1, seed=seed),
    "STAGGER": lambda i, seed: synth.STAGGER(classification_function=(0, 1, 2, 0)[i], seed=seed),
    "RandomRBF": lambda i, seed: synth.RandomRBF(
        seed_model=seed, seed_sample=seed, n_classes=2, n_features=10, n_centroids=50
    ),
    "Agrawal": lambda i, seed: synth.Agrawal(
        classification_function=(0, 2, 4, 6)[i], perturbation=0.05, seed=seed
    ),
    "Hyperplane": lambda i, seed: synth.Hyperplane(
        n_features=10, n_drift_features=0, noise_percentage=0.05, seed=seed
    ),
}


def rows_of(generator, seed):
    model = tree.HoeffdingTreeClassifier(grace_period=100)
    for i in range(4):
        for x, label in itertools.islice(CONCEPTS[generator](i, 10 * seed + i), ROWS):
            chances = model.predict_proba_one(x)
            answer = max(chances, key=chances.get) if chances else None
            wrong = answer is None or int(answer) != int(label)
            # Before it has seen anything the tree has no answer; it counts as wrong, as in the table.
            told = 1 - int(label) if answer is None else int(answer)
            yield [float(v) for v in x.values()] + [chances.get(True, chances.get(1, 0.0)), told, int(label)]
            assert wrong == (told != int(label))
            model.learn_one(x, label)


folder, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for seed in range(first, last + 1):
    for generator in CONCEPTS:
        path = os.path.join(folder, f"{generator}-{seed}.f32")
        if os.path.exists(path):
            continue
        values = array.array("f", itertools.chain.from_iterable(rows_of(generator, seed)))
        if sys.byteorder == "big":
            values.byteswap()
        with open(path + ".part", "wb") as out:
            values.tofile(out)
        os.replace(path + ".part", path)
