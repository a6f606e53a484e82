import base64
import datetime
import decimal
import enum
import json
import unittest
import uuid
from dataclasses import dataclass, field
from typing import Annotated, Any, Dict, List, Literal, NewType, Optional, Tuple, TypedDict, Union

from iso_toolhost.schemas import Unsupported, shape
from iso_toolhost.values import Misfit, Unserialisable, decode, encode


class Colour(enum.Enum):
    RED = "red"
    BLUE = 2


@dataclass
class Point:
    x: int
    label: Optional[str] = None
    tags: List[str] = field(default_factory=list)


@dataclass
class Positive:
    value: int

    def __post_init__(self) -> None:
        if self.value <= 0:
            raise ValueError("must be positive")


@dataclass
class Tree:
    children: "List[Tree]"


class Row(TypedDict):
    when: datetime.date
    price: decimal.Decimal


class Part(TypedDict, total=False):
    name: str


CustomerId = NewType("CustomerId", int)
MOMENT = datetime.datetime(2024, 2, 29, 12, 30, 15, 250000, tzinfo=datetime.timezone.utc)

ROUND_TRIPS: "list[tuple[Any, Any]]" = [
    (str, "text"),
    (str, "\ud800 half a pair"),
    (int, 2**80),
    (float, 1.5),
    (bool, True),
    (None, None),
    (bytes, b"\x00\xff"),
    (List[int], [1, 2]),
    (list, [1, "two", None]),
    (Dict[str, List[bool]], {"a": [True]}),
    (dict, {"a": {"b": 1}}),
    (Tuple[int, str], (1, "a")),
    (Tuple[int, ...], (1, 2, 3)),
    (set, {1, 2}),
    (Literal["a", 1, None], 1),
    (Optional[int], None),
    (Optional[int], 3),
    (Union[int, str, List[str]], ["x"]),
    (Colour, Colour.RED),
    (Colour, Colour.BLUE),
    (Point, Point(1, "p", ["t"])),
    (List[Point], [Point(1)]),
    (Row, {"when": datetime.date(2024, 1, 2), "price": decimal.Decimal("1.10")}),
    (Part, {}),
    (datetime.datetime, MOMENT),
    (datetime.date, datetime.date(1999, 12, 31)),
    (datetime.time, datetime.time(1, 2, 3)),
    (decimal.Decimal, decimal.Decimal("123456789012345678901234567890.123")),
    (float, float("inf")),
    (datetime.timedelta, datetime.timedelta(days=-3, microseconds=1)),
    (uuid.UUID, uuid.UUID(int=7)),
    (Dict[str, int], {"$bytes": 1}),
    (Any, {"$date": "today", "more": 1}),
    (Any, {"$$date": "today"}),
    (CustomerId, 7),
    (Annotated[int, "how many"], 7),
    (Annotated[int, {"unit": "pieces"}], 7),
    (Any, {"a": [1, None, {"b": b"x"}]}),
]

MISFITS: "list[tuple[Any, Any]]" = [
    (str, 1),
    (int, True),
    (int, 1.0),
    (int, "1"),
    (float, "1"),
    (float, True),
    (float, 10**400),
    (bool, 0),
    (bytes, "not base64!"),
    (bytes, {"$bytes": "not base64!"}),
    (datetime.timedelta, "a week"),
    (List[int], [1, "2"]),
    (List[int], {"0": 1}),
    (Dict[str, int], [1]),
    (Tuple[int, str], [1]),
    (Literal["a", 1], True),
    (Optional[int], "x"),
    (Colour, "green"),
    (Colour, True),
    (Point, {}),
    (Point, {"x": 1, "z": 2}),
    (Positive, {"value": 0}),
    (Row, {"when": "2024-01-02"}),
    (datetime.date, "yesterday"),
    (datetime.date, 5),
    (decimal.Decimal, "much"),
]


class SchemasTest(unittest.TestCase):
    def test_values_of_each_type_come_back_as_they_were(self) -> None:
        for hint, value in ROUND_TRIPS:
            with self.subTest(hint=hint, value=value):
                decoded = shape(hint).decode(decode(encode(value)), "it")
                self.assertEqual(value, decoded)
                self.assertIs(type(value), type(decoded))

    def test_a_union_takes_what_was_sent_and_not_what_it_could_be_read_as(self) -> None:
        moment = datetime.datetime(2024, 5, 1, 12)
        cases: "list[tuple[Any, Any, Any]]" = [
            (Union[bytes, str], "abcd", "abcd"),
            (Union[bytes, str], b"abcd", b"abcd"),
            (Union[datetime.datetime, str], "2024-05-01", "2024-05-01"),
            (Union[datetime.datetime, str], moment, moment),
            (Union[float, int], 2**53 + 1, 2**53 + 1),
            (Union[decimal.Decimal, str, None], "1", "1"),
            (Union[Colour, str], "red", Colour.RED),
            (Union[bytes, None], "YWI=", b"ab"),
        ]
        for hint, value, expected in cases:
            with self.subTest(hint=hint, value=value):
                got = shape(hint).decode(value, "x")
                self.assertEqual((type(expected), expected), (type(got), got))

    def test_what_does_not_fit_is_named(self) -> None:
        for hint, value in MISFITS:
            with self.subTest(hint=hint, value=value):
                with self.assertRaisesRegex(Misfit, "it"):
                    shape(hint).decode(value, "it")

    def test_durations_are_read_in_all_their_forms(self) -> None:
        delta = datetime.timedelta
        for text, expected in (
            ("PT1.5S", delta(seconds=1.5)),
            ("PT-1.500000S", delta(seconds=-1.5)),
            ("P2D", delta(days=2)),
            ("P1DT2H3M4S", delta(days=1, hours=2, minutes=3, seconds=4)),
            ("PT-48H", delta(hours=-48)),
        ):
            self.assertEqual(expected, shape(delta).decode(text, "it"), text)
        for text in ("P", "PT", "1S", "PTS", "P1Y", "PT1.5H", "", "PT1S ", "PT9999999999H"):
            with self.assertRaises(Misfit, msg=text):
                shape(delta).decode(text, "it")

    def test_schemas_say_what_fits(self) -> None:
        self.assertEqual(
            {"anyOf": [{"type": "integer"}, {"type": "null"}]}, shape(Optional[int]).schema
        )
        self.assertEqual({"enum": ["red", 2]}, shape(Colour).schema)
        self.assertEqual(
            {"type": "integer", "description": "how many"}, shape(Annotated[int, "how many"]).schema
        )
        self.assertEqual(
            {
                "title": "Part",
                "type": "object",
                "properties": {"name": {"type": "string"}},
                "additionalProperties": False,
            },
            shape(Part).schema,
        )

    def test_hints_without_a_schema_are_refused(self) -> None:
        for hint in (object, complex, Dict[int, str], Tree, range, type, Literal[b"x"]):
            with self.subTest(hint=hint), self.assertRaises(Unsupported):
                shape(hint)

    def test_results_that_json_cannot_hold_are_named(self) -> None:
        for value, words in (
            ({"a": [range(3)]}, r"the result\['a'\]\[0\] is a builtins.range"),
            ({1: object()}, r"the result\[1\] is a builtins.object"),
            ({(1, 2): 3}, "a key of type tuple"),
            ({1: "a", "1": "b"}, "two keys that are the same text"),
            (Point, "is a builtins.type"),
        ):
            with self.assertRaisesRegex(Unserialisable, words):
                encode(value)

    def test_bytes_have_the_tag_of_the_other_side(self) -> None:
        self.assertEqual(
            {"$bytes": base64.b64encode(b"abc").decode()}, json.loads(encode(bytearray(b"abc")))
        )
