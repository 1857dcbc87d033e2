"""Confluent's wire format: a zero byte, the schema's id as a big-endian int32, then plain Avro."""
import base64
import io
import json
import ssl
import struct
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

import fastavro

from .errors import RegistryUnavailable

HEADER = struct.Struct(">bI")
TIMEOUT_S = 10.0
Schema = dict[str, Any]


class Registry:
    """Schemas of a Confluent-compatible registry; each is fetched once.

    auth: user and password. context: for a registry behind TLS with a CA of its own.
    """

    def __init__(
        self,
        url: str,
        *,
        auth: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Accept": "application/vnd.schemaregistry.v1+json", **(headers or {})}
        if auth is not None:
            self._headers["Authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
        self._context = context
        self._by_id: dict[int, Schema] = {}

    def newest(self, subject: str) -> tuple[int, Schema]:
        """Id and schema of the newest version of a subject."""
        found = self._get(f"/subjects/{subject}/versions/latest")
        return int(found["id"]), self._keep(int(found["id"]), found["schema"])

    def by_id(self, identifier: int) -> Schema:
        """The schema that a record names."""
        known = self._by_id.get(identifier)
        return known if known is not None else self._keep(identifier, self._get(f"/schemas/ids/{identifier}")["schema"])

    def _keep(self, identifier: int, text: str) -> Schema:
        schema: Schema = fastavro.parse_schema(json.loads(text))
        self._by_id[identifier] = schema
        return schema

    def _get(self, path: str) -> dict[str, Any]:
        request = urllib.request.Request(self._url + path, headers=self._headers)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S, context=self._context) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            raise RegistryUnavailable(
                f"The registry at {self._url} answers {error.code} to {path}: are the services up, and is the prefix right?"
            ) from error
        except (OSError, ValueError) as error:
            raise RegistryUnavailable(f"The registry at {self._url} cannot be asked for {path}: {error}") from error


class Writer:
    """Records of one topic, by the newest schema that the registry has of it."""

    def __init__(self, registry: Registry, topic: str) -> None:
        identifier, self._schema = registry.newest(f"{topic}-value")
        self._header = HEADER.pack(0, identifier)

    def bytes_of(self, record: Mapping[str, Any]) -> bytes:
        """A record as it goes onto the topic; fields that it does not name have the schema's defaults."""
        body = io.BytesIO()
        body.write(self._header)
        fastavro.schemaless_writer(body, self._schema, record)
        return body.getvalue()


def record_of(registry: Registry, value: bytes) -> dict[str, Any]:
    """The record that a topic holds. Times are datetimes in UTC."""
    _, identifier = HEADER.unpack_from(value)
    schema = registry.by_id(identifier)
    record: dict[str, Any] = fastavro.schemaless_reader(io.BytesIO(value[HEADER.size :]), schema, None)
    return record
