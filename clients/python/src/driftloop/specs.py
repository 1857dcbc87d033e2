"""What is registered about models, as the topic model.specs has it."""
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Feature:
    """A column of a model."""

    name: str
    kind: str
    allow_missing: bool
    #: Names of its categories; empty for a number, or where producers send indices.
    categories: tuple[str, ...]

    @property
    def is_text(self) -> bool:
        """Whether requests hold it as a text."""
        return len(self.categories) > 0


@dataclass(frozen=True)
class Spec:
    """A model: its columns in the order of `features`, and its classes."""

    model: str
    task: str
    #: Number of classes; 0 for a regression.
    classes: int
    #: Names of the classes in the order of their indices; empty where they have none.
    class_names: tuple[str, ...]
    features: tuple[Feature, ...]

    def class_name(self, predicted: float) -> str | None:
        """The name of an answer's class, where it has one."""
        index = int(predicted)
        return self.class_names[index] if 0 <= index < len(self.class_names) else None


def spec_of(record: Mapping[str, Any]) -> Spec:
    """The spec that a record of model.specs holds."""
    return Spec(
        model=record["model"],
        task=record["task"],
        classes=record["classes"],
        class_names=tuple(record.get("classNames") or ()),
        features=tuple(
            Feature(
                name=feature["name"],
                kind=feature["kind"],
                allow_missing=feature.get("allowMissing", False),
                categories=tuple(feature.get("categories") or ()),
            )
            for feature in record["features"]
        ),
    )
