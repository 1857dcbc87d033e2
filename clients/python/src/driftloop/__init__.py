"""Asks models that driftloop serves over Kafka, tells their labels, and reads their history."""
from .answers import Answer
from .client import Client
from .errors import (
    AnswerOverdue,
    DriftloopError,
    HistoryUnavailable,
    KafkaUnavailable,
    ModelUnknown,
    NotDelivered,
    RegistryUnavailable,
    RequestRefused,
    RowInvalid,
)
from .specs import Feature, Spec

__all__ = [
    "Answer",
    "AnswerOverdue",
    "Client",
    "DriftloopError",
    "Feature",
    "HistoryUnavailable",
    "KafkaUnavailable",
    "ModelUnknown",
    "NotDelivered",
    "RegistryUnavailable",
    "RequestRefused",
    "RowInvalid",
    "Spec",
]
