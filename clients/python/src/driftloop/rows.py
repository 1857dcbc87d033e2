"""What a caller has as a row, a time or a label, as the topics have it."""
import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from .errors import RowInvalid
from .specs import Spec

#: A value of a column; None and NaN are missing.
Value = float | int | bool | str | None
#: One row: columns by name, or numbers in the order of the spec's features.
Row = Mapping[str, Any] | Sequence[float]


def columns_of(row: Row, spec: Spec) -> dict[str, Any]:
    """The fields of a request that hold a row.

    Names that the spec does not have are left out. What is missing, and whether it may be, is for the service to judge.
    """
    if not isinstance(row, Mapping):
        return {"features": [_number(value, f"place {place}") for place, value in enumerate(row)]}
    numbers: dict[str, float] = {}
    texts: dict[str, str] = {}
    vectors: dict[str, list[float]] = {}
    for feature in spec.features:
        if feature.is_vector:
            vector = _vector(row.get(feature.name), feature.name)
            if vector is not None:
                vectors[feature.name] = vector
            continue
        value = _plain(row.get(feature.name))
        if value is None:
            continue
        if feature.is_text:
            texts[feature.name] = _text(value)
        else:
            numbers[feature.name] = _number(value, f"column '{feature.name}'")
    if not numbers and not texts and not vectors:
        wanted = ", ".join(feature.name for feature in spec.features)
        raise RowInvalid(f"The row has no column of model '{spec.model}' (or only missing ones), which are: {wanted}.")
    named: dict[str, Any] = {"features": [], "numbers": numbers, "texts": texts}
    return {**named, "vectors": vectors} if vectors else named


def rows_of(rows: Any) -> Iterable[Row]:
    """The rows of a list, or of a pandas data frame."""
    if hasattr(rows, "to_dict") and hasattr(rows, "columns"):
        found: list[Row] = rows.to_dict(orient="records")
        return found
    return rows  # type: ignore[no-any-return]


def label_fields(label: Any, spec: Spec) -> dict[str, Any]:
    """The fields of a label: a class by its name, or by its index, or the value of a regression.

    Of several targets: a value for each, in the spec's order or by name, or the names of the labels that apply.
    """
    if spec.targets:
        return _target_fields(_listed(label), spec)
    value = _plain(label)
    if value is None:
        raise RowInvalid("A label is missing (None or NaN): tell no label until it is known.")
    if isinstance(value, bool) and _text(value) in spec.class_names:
        value = _text(value)
    if not isinstance(value, str):
        return {"label": float(value)}
    if value not in spec.class_names:
        known = ", ".join(spec.class_names) or "numbers, as it names none"
        raise RowInvalid(f"{value!r} is no class of model '{spec.model}'; they are: {known}.")
    return {"label": 0.0, "labelName": value}


def _target_fields(label: Any, spec: Spec) -> dict[str, Any]:
    if isinstance(label, Mapping):
        if set(label) != set(spec.targets):
            raise RowInvalid(f"A label of model '{spec.model}' has a value for each of: {', '.join(spec.targets)}.")
        label = [label[target] for target in spec.targets]
    if not isinstance(label, (list, tuple, set, frozenset)):
        raise RowInvalid(f"{label!r} is one value; model '{spec.model}' has the targets {', '.join(spec.targets)}.")
    names = [value for value in label if isinstance(value, str)]
    if spec.task == "multilabel" and len(names) == len(label):
        strange = [name for name in names if name not in spec.targets]
        if strange:
            known = ", ".join(spec.targets)
            raise RowInvalid(f"{strange[0]!r} is no label of model '{spec.model}'; they are: {known}.")
        # By values, since a list without names says nothing.
        return {"label": 0.0, "values": [float(target in names) for target in spec.targets]}
    if isinstance(label, (set, frozenset)):
        raise RowInvalid(f"{label!r} is in no order: tell values of '{spec.model}' in a list, or by name.")
    values = [_number(value, f"target '{target}'") for target, value in zip(spec.targets, label)]
    if len(label) != len(spec.targets) or any(math.isnan(value) for value in values):
        raise RowInvalid(f"A label of model '{spec.model}' has a value for each of: {', '.join(spec.targets)}.")
    return {"label": 0.0, "values": values}


def milliseconds_of(time: datetime | int | float | None) -> int:
    """Epoch milliseconds of a time; of now for None. A datetime without a zone is in UTC."""
    if time is None:
        return int(datetime.now(timezone.utc).timestamp() * 1000)
    if isinstance(time, datetime):
        aware = time if time.tzinfo is not None else time.replace(tzinfo=timezone.utc)
        return round(aware.timestamp() * 1000)
    value = _plain(time)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise RowInvalid(f"{time!r} is no event time: give a datetime or epoch milliseconds.")
    return int(value)


def new_id(model: str) -> str:
    """An id that no other request has."""
    return f"{model}-{uuid.uuid4().hex}"


def _plain(value: Any) -> Value:
    """A value without NumPy's and pandas' clothes; None for what is missing."""
    if hasattr(value, "item") and not isinstance(value, (str, bytes)):
        value = value.item()
    # pandas' NA is neither itself nor anything else.
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, (bool, int, float, str)):
        return value
    raise RowInvalid(f"{value!r} ({type(value).__name__}) is neither a number nor a text nor missing: convert it.")


def _listed(value: Any) -> Any:
    """An array of NumPy, or a series of pandas, as a list; all else as it is."""
    return value.tolist() if hasattr(value, "tolist") else value


def _vector(value: Any, name: str) -> list[float] | None:
    """The numbers of an embedding; None where it is missing."""
    listed = _listed(value)
    if isinstance(listed, (list, tuple)):
        return [_number(number, f"column '{name}'") for number in listed]
    if _plain(listed) is None:
        return None
    raise RowInvalid(f"column '{name}' is {listed!r}; the model has a list of numbers there.")


def _number(value: Any, where: str) -> float:
    plain = _plain(value)
    if plain is None:
        return math.nan
    if isinstance(plain, str):
        raise RowInvalid(f"{where} is the text {plain!r}; the model has a number there.")
    return float(plain)


def _text(value: Value) -> str:
    """As a table's cell: true, false, whole numbers without a fraction."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
