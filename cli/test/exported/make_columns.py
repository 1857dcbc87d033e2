"""Makes models/columns-*: pipelines over free texts, embeddings and numbers, by skl2onnx.

The environment is that of make_sklearn.py.
"""
import numpy as np
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
import pandas

from table import ASKED, CATEGORIES, CHOICE, COUNT, SCORE, TABLE, numeric, random, save

SIZE = 8
BASES = random.randn(2, SIZE).astype(np.float32)
VECTORS = (BASES[CHOICE] + random.randn(COUNT, SIZE) / 2).astype(np.float32)
GOOD = ["great", "friendly", "quick", "thanks", "lovely"]
BAD = ["late", "broken", "refund", "angry", "schlecht"]
FILL = ["the", "order", "was", "and", "service", "today", "größe"]


def sentence(choice):
    words = random.choice(FILL, 5).tolist() + random.choice(GOOD if choice else BAD, 2).tolist()
    return " ".join(random.permutation(words))


REVIEWS = np.array([sentence(choice) for choice in CHOICE], dtype=object)
EMBEDDING = [{"name": "review vector", "kind": "embedding", "size": SIZE, "allowMissing": False}]
TEXT = [{"name": "review", "kind": "text", "allowMissing": True}]


def rows(**columns):
    return {name: values[:ASKED].tolist() for name, values in columns.items()}


# A wide input for the embedding, one of a column for the number.
age = TABLE["Age"].reshape(-1, 1)
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(np.hstack([VECTORS, age]), CHOICE)
file = to_onnx(model, initial_types=[("input", FloatTensorType([None, SIZE + 1]))], options={"zipmap": False})
given = rows(**{"review vector": VECTORS, "Age": TABLE["Age"]})
save("columns-vector-one-input", file, features=EMBEDDING + numeric("Age"), rows=given,
     feed={"input": np.hstack([VECTORS, age])[:ASKED]})

# The names of inputs, in another order than the spec's.
frame = pandas.DataFrame({"Age": TABLE["Age"]})
named = ColumnTransformer([("vector", "passthrough", [0]), ("age", StandardScaler(), [1])])
file = to_onnx(
    make_pipeline(
        ColumnTransformer([("v", StandardScaler(), list(range(SIZE))), ("n", StandardScaler(), [SIZE])]),
        MLPClassifier(hidden_layer_sizes=(4,), max_iter=80, random_state=1),
    ).fit(np.hstack([VECTORS, age]), CHOICE),
    initial_types=[("review_vector", FloatTensorType([None, SIZE])), ("Age", FloatTensorType([None, 1]))],
)
save("columns-vector-two-inputs", file, features=numeric("Age") + EMBEDDING, rows=given,
     feed={"review_vector": VECTORS[:ASKED], "Age": age[:ASKED]})

# Texts alone; rows with words that no one knows, and an empty one.
asked = list(REVIEWS[:ASKED])
asked[3] = "völlig unbekannt 漢字 words"
asked[5] = ""
for name, vectorizer, final, task in [
    ("tfidf", TfidfVectorizer(), LogisticRegression(), "binary"),
    ("counts", CountVectorizer(ngram_range=(1, 2)), Ridge(), "regression"),
]:
    model = make_pipeline(vectorizer, final).fit(REVIEWS, CHOICE if task == "binary" else SCORE)
    file = to_onnx(model, initial_types=[("text", StringTensorType([None, 1]))],
                   options={"zipmap": False} if task == "binary" else None)
    save(f"columns-{name}", file, features=TEXT, rows={"review": asked}, task=task,
         feed={"text": np.array(asked, dtype=object).reshape(-1, 1)}, tolerance=1e-5)

# Texts beside numbers and categories.
table = pandas.DataFrame({"review": REVIEWS, "Age": TABLE["Age"], "city": TABLE["city"]})
from sklearn.preprocessing import OneHotEncoder  # noqa: E402

model = make_pipeline(
    ColumnTransformer([
        ("text", TfidfVectorizer(max_features=40), "review"),
        ("city", OneHotEncoder(handle_unknown="ignore"), ["city"]),
        ("age", StandardScaler(), ["Age"]),
    ]),
    LogisticRegression(),
).fit(table, np.array(["no", "yes"])[CHOICE])
file = to_onnx(model, initial_types=[("review", StringTensorType([None, 1])), ("Age", FloatTensorType([None, 1])),
                                     ("city", StringTensorType([None, 1]))])
city = {"name": "city", "kind": "categorical", "allowMissing": False, "categories": CATEGORIES["city"]}
given = rows(Age=TABLE["Age"], city=TABLE["city"]) | {"review": asked}
save("columns-text-and-others", file, features=[city] + TEXT + numeric("Age"), rows=given, classes=["no", "yes"],
     feed={"review": np.array(asked, dtype=object).reshape(-1, 1), "Age": age[:ASKED],
           "city": np.array(given["city"], dtype=object).reshape(-1, 1)}, tolerance=1e-5)
