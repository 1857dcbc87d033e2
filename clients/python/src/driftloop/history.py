"""The history of a model, from ClickHouse's HTTP interface."""
import json
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any

from .errors import HistoryUnavailable

if TYPE_CHECKING:
    import pandas

TIMEOUT_S = 60.0
TIMES = ("event_time", "answered_at", "labelled_at", "label_event_time")
ANSWERS = """
SELECT event_time, request_id, version, role, predicted, predicted_name, confidence, label, label_name,
  answered_at, labelled_at
FROM {database:Identifier}.answers
WHERE model = {model:String} AND event_time >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
  AND event_time < fromUnixTimestamp64Milli({until:Int64}, 'UTC') AND (role != 'shadow' OR {shadow:Bool})
ORDER BY event_time DESC, request_id, version
LIMIT {limit:UInt32}
"""


class Warehouse:
    """ClickHouse over HTTP, read only."""

    def __init__(
        self, url: str, prefix: str, *, auth: tuple[str, str] | None = None, context: ssl.SSLContext | None = None
    ) -> None:
        self._url = url
        self._database = database_of(prefix)
        self._headers = {} if auth is None else {"X-ClickHouse-User": auth[0], "X-ClickHouse-Key": auth[1]}
        self._context = context

    def answers(self, model: str, *, since: int, until: int, limit: int, shadow: bool) -> "pandas.DataFrame":
        """The newest answers of a model with their labels, oldest first. Times in epoch milliseconds."""
        parameters = {"model": model, "since": since, "until": until, "limit": limit, "shadow": int(shadow)}
        return self.query(ANSWERS, parameters).iloc[::-1].reset_index(drop=True)

    def query(self, sql: str, parameters: dict[str, Any]) -> "pandas.DataFrame":
        """What a query answers; its columns that are known to be times are times in UTC."""
        import pandas

        bound = {f"param_{name}": str(value) for name, value in {**parameters, "database": self._database}.items()}
        query = urllib.parse.urlencode({**bound, "default_format": "JSONCompact", "readonly": "2"})
        separator = "&" if "?" in self._url else "?"
        request = urllib.request.Request(f"{self._url}{separator}{query}", data=sql.encode(), headers=self._headers)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S, context=self._context) as answer:
                found = json.load(answer)
        except urllib.error.HTTPError as error:
            raise HistoryUnavailable(f"ClickHouse refuses the query: {error.read(500).decode(errors='replace')}") from error
        except (OSError, ValueError) as error:
            raise HistoryUnavailable(f"ClickHouse cannot be asked: {error}") from error
        frame = pandas.DataFrame(found["data"], columns=[column["name"] for column in found["meta"]])
        for name in TIMES:
            if name in frame:
                frame[name] = pandas.to_datetime(frame[name], utc=True, format="ISO8601")
        return frame


def database_of(prefix: str) -> str:
    """Name of the database of a topic prefix, as the services name it."""
    suffix = re.sub(r"^_|_$", "", re.sub(r"[^A-Za-z0-9]+", "_", prefix))
    return "driftloop" if suffix == "" else f"driftloop_{suffix}"
