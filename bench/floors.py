"""The floors: what the same server does for the same rows with nothing around them."""

from datetime import UTC, datetime
from types import TracebackType
from typing import Self, cast
from uuid import uuid4

import orjson

from bench.harness import Work
from bench.place import Place
from bench.samples import DAY, facts
from bench.statements import statement

FLOOR = "floor"
LEAF = bytes(32)
MOMENT = datetime(2025, 10, 6, 19, tzinfo=UTC)


class Floors:
    """A plain table with the columns and indexes of the log, written without any of its checks."""

    def __init__(self, place: Place) -> None:
        """Make the table, on a connection of its own."""
        self._codec = place.engine.codec
        self._connection = place.connect()
        self._connection.execute(statement("plain_table"))
        self._position = 0

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._connection.close()

    def insert(self, calls: int) -> Work:
        """Return the work of so many prepared inserts of one row, each its own transaction."""
        rows, query = self._rows(calls), statement("plain_insert")

        def work() -> int:
            cursor = self._connection.cursor(binary=True)
            for row in rows:
                cursor.execute(query, row, prepare=True)
            return calls

        return work

    def copy(self, calls: int, size: int) -> Work:
        """Return the work of so many COPY commands of `size` rows each, their text made before."""
        texts = [self._text(size) for _ in range(calls)]

        def work() -> int:
            cursor = self._connection.cursor()
            for text in texts:
                with cursor.copy(statement("plain_copy")) as copy:
                    copy.write(text)
            return calls * size

        return work

    def _rows(self, count: int) -> list[dict[str, object]]:
        stream = f"activity-{uuid4().hex}"
        rows: list[dict[str, object]] = []
        for number, new in enumerate(facts(count), start=1):
            content = self._codec.encode(new).content
            self._position += 1
            rows.append(
                {
                    "district": "bench-appends",
                    "position": self._position,
                    "stream": stream,
                    "version": number,
                    "id": new.event_id,
                    "type": new.event.type_name(),
                    "at": MOMENT,
                    "day": DAY,
                    "content": content,
                    "text": content.decode(),
                    "data": orjson.dumps(orjson.loads(content)["data"]).decode(),
                    "subjects": list(new.subjects),
                    "leaf": LEAF,
                }
            )
        return rows

    def _text(self, count: int) -> bytes:
        return "".join(_line(row) for row in self._rows(count)).encode()


def _line(row: dict[str, object]) -> str:
    """Return a row in the text form of COPY; the sample documents hold no backslash and no tab."""
    position, leaf = row["position"], LEAF.hex()
    content, subjects = str(row["text"]).encode().hex(), ",".join(cast(list[str], row["subjects"]))
    fields = (
        *(row["district"], position, row["stream"], row["version"], row["id"], row["type"], 1),
        *(MOMENT.isoformat(), DAY, DAY, "f", position),
        *("day", "a-steward", "cli", "{" + subjects + "}"),
        *("\\\\x" + content, row["data"], "\\\\x" + leaf),
    )
    return "\t".join(str(field) for field in fields) + "\n"
