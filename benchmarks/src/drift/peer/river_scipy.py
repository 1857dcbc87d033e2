"""Rates of river's detectors and scipy's tests, and alibi-detect's MMD algorithm in numpy; all in CPU time."""

import json
import time
import warnings

import numpy as np
from river import drift
from river.drift import binary
from scipy import stats

warnings.simplefilter("ignore")
figures = {}
rng = np.random.default_rng(5)
errors = (rng.random(300_000) < 0.2).astype(int).tolist()
values = rng.normal(0, 1, 5_000).tolist()


def detector(name, make, stream):
    d = make()
    update = d.update
    alarms = 0
    start = time.process_time()
    for x in stream:
        update(x)
        if d.drift_detected:
            alarms += 1
    figures["river " + name] = len(stream) / (time.process_time() - start)


detector("adwin", drift.ADWIN, errors)
detector("ddm", binary.DDM, errors)
detector("eddm", binary.EDDM, errors)
detector("hddm-a", binary.HDDMA, errors[:150_000])
detector("hddm-w", binary.HDDMW, errors[:150_000])
detector("fhddm", binary.FHDDM, errors)
detector("page-hinkley", drift.PageHinkley, errors)
detector("kswin", lambda: drift.KSWIN(seed=1), values)


def rate(name, test, count):
    pairs = [(rng.normal(0, 1, 1000), rng.normal(0, 1, 1000)) for _ in range(10)]
    test(*pairs[0])
    start = time.process_time()
    for i in range(count):
        test(*pairs[i % 10])
    figures["scipy " + name] = count / (time.process_time() - start)


rate("ks, exact", stats.ks_2samp, 100)
rate("cramér–von mises", lambda a, b: stats.cramervonmises_2samp(a, b, method="asymptotic"), 100)
rate("mann–whitney", lambda a, b: stats.mannwhitneyu(a, b, method="asymptotic"), 100)
rate("wasserstein", stats.wasserstein_distance, 200)


def mmd(x, y, permutations):
    n, m = len(x), len(y)
    z = np.vstack([x, y])
    norms = (z * z).sum(1)
    squares = np.maximum(norms[:, None] + norms[None] - 2 * z @ z.T, 0)
    sigma2 = 0.5 * np.median(squares[:n, :n])
    kernel = np.exp(-squares / (2 * sigma2))

    def estimate(k):
        return (
            (k[:n, :n].sum() - n) / (n * (n - 1))
            + (k[n:, n:].sum() - m) / (m * (m - 1))
            - 2 * k[:n, n:].mean()
        )

    observed = estimate(kernel)
    larger = 0
    for _ in range(permutations):
        order = rng.permutation(n + m)
        larger += estimate(kernel[order][:, order]) >= observed
    return larger / permutations


x = rng.normal(0, 1, (2000, 32)).astype(np.float32)
y = rng.normal(0, 1, (2000, 32)).astype(np.float32)
y[:, :8] += 0.2
start = time.process_time()
mmd(x, y, 100)
figures["numpy mmd"] = time.process_time() - start

print(json.dumps(figures))
