"""What is registered about models, as the topic model.specs has it."""
from collections.abc import Mapping, Sequence
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
    #: Numbers of an embedding; 0 for others.
    size: int = 0

    @property
    def is_text(self) -> bool:
        """Whether requests hold it as a text."""
        return self.kind == "text" or len(self.categories) > 0

    @property
    def is_vector(self) -> bool:
        """Whether it is a list of numbers."""
        return self.kind == "embedding"


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
    #: Names of several outputs in the order of an answer's; empty where an answer is classes or one value.
    outputs: tuple[str, ...] = ()
    #: What labels tell the truth about, in the order of their values; empty where that is one thing.
    targets: tuple[str, ...] = ()

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
                size=feature.get("size") or 0,
            )
            for feature in record["features"]
        ),
        outputs=tuple(output["name"] for output in record.get("outputs") or ()),
        targets=_targets_of(record.get("outputs") or ()),
    )


def _targets_of(outputs: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Several targets, each once; quantiles without a target are of one that has no name."""
    about = [
        output.get("target") or ("" if output.get("quantile") is not None else output["name"]) for output in outputs
    ]
    targets = tuple(dict.fromkeys(about))
    return targets if len(targets) > 1 else ()
