"""Tables to ask questions about: some out of public data, some made up by a fixed seed.

Those out of public data are in benchmarks/data/tables, whose README names their sources.
"""

import csv
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PUBLIC = Path(__file__).parent / "data" / "tables"

_PLACES = (
    "Orford Kelling Marston Dunwick Ashby Thornham Saltley Wexcombe Brackley Fenton Harlow Iffley "
    "Luston Norham Ottery Penrith Quorn Rydal Stanway Tilbury Upwell Varden Whitby Yarm Alcester "
    "Bewdley Corfe Ludlow Masham Selsey"
).split()
_FIRST = (
    "Ada Bram Cleo Dora Emil Faye Gus Hana Ivo Jess Kurt Lena Milo Nora Otto Pia Rolf Sara Tom Una"
).split()
_LAST = (
    "Archer Bell Crane Dale Ember Frost Grey Hale Irving Joyce Keller Lowe Marsh North Oakes Pike "
    "Quill Reed Stone Thorne"
).split()
_COLOURS = (
    "Copper Oak Linen Velvet Marble Brass Wool Slate Pine Ivory Amber Cobalt Crimson Jade Silver"
).split()
_THINGS = "Lamp Chair Desk Vase Rug Clock Shelf Mirror Stool Kettle".split()
_ROLES = "accountant porter librarian engineer cook editor archivist".split()
_SYSTEMS = ("Debian 12", "FreeBSD 14", "Alpine 3.20", "Ubuntu 24.04")
_DAYS = "Monday Tuesday Wednesday Thursday Friday".split()
_COURSES = (
    "Organic Chemistry", "Medieval Law", "Linear Algebra", "Optics", "Rhetoric", "Field Botany",
    "Plate Tectonics", "Latin Prose", "Harmony", "Number Theory", "Metallurgy", "Paleography",
    "Set Theory", "Ethics", "Cartography", "Fluid Mechanics",
)  # fmt: skip

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of which one column, ``key``, tells the rows apart.

    ``phrasings`` are questions about a column that do not name it, ``{}`` standing for the key;
    ``absent`` are columns that it does not have.
    """

    title: str
    header: Row
    rows: tuple[Row, ...]
    absent: tuple[str, ...]
    phrasings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    key: int = 0


def read_table(name: str) -> Table:
    """Return a table by its name. Raises KeyError where there is none of it."""
    if name in _MADE:
        header, rows, absent, phrasings = _MADE[name](random.Random(name))
        return Table(name.title(), header, tuple(rows), absent, phrasings)
    title, key, absent, phrasings = _PUBLIC[name]
    with (PUBLIC / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = map(tuple, csv.reader(file))
    return Table(title, header, tuple(rows), absent, phrasings, key)


_Phrasings = Mapping[str, Sequence[str]]
_Made = tuple[Row, Sequence[Row], tuple[str, ...], _Phrasings]

# By name: title, key, columns that are not there, phrasings.
_PUBLIC: Mapping[str, tuple[str, int, tuple[str, ...], _Phrasings]] = {
    "airports": (
        "Airports", 1, ("number of runways", "opening year"),
        {"City": ("In which city is {}?", "Which city does {} serve?"),
         "Elevation": ("How high does {} lie?",)},
    ),
    "countries": (
        "Countries of the world", 0, ("national anthem", "president"),
        {"Population": ("How many people live in {}?",), "Area": ("How large is {}?",),
         "Currency": ("What do people pay with in {}?",)},
    ),
    "cities": (
        "Large cities", 0, ("mayor", "founding year"),
        {"Inhabitants": ("How many people live in {}?",)},
    ),
    "elements": (
        "Chemical elements", 0, ("price", "half-life"),
        {"Discoverer": ("Who discovered {}?", "Who found {}?"),
         "Discovered": ("When was {} discovered?", "In what year was {} discovered?"),
         "Place of discovery": ("Where was {} discovered?",)},
    ),
    "demonyms": (
        "People and places", 0, ("flag", "anthem"),
        {"Region": ("Where is {}?", "Which region is {} in?"),
         "Demonym": ("What are people from {} called?",)},
    ),
    "codes": (
        "Country codes", 1, ("dialling code", "currency"),
        {"Two-letter code": ("How is {} abbreviated?",)},
    ),
    "constants": ("Physical constants", 0, ("discoverer", "symbol"), {}),
    "statuses": ("HTTP statuses", 1, ("author", "first browser"), {}),
}  # fmt: skip


def _people(chance: random.Random, count: int) -> list[str]:
    return chance.sample([f"{first} {last}" for first in _FIRST for last in _LAST], count)


def _number(chance: random.Random, least: int, most: int) -> str:
    return str(chance.randint(least, most))


def _granaries(chance: random.Random) -> _Made:
    rows = [
        (f"{place} Granary", _number(chance, 100, 999), _number(chance, 1700, 1900), *people)
        for place, *people in zip(
            chance.sample(_PLACES, 24), _people(chance, 24), _people(chance, 24), strict=True
        )
    ]
    header = ("Name", "Capacity", "Built", "Builder", "Owner")
    return header, rows, ("roof", "visitors"), {
        "Built": ("When was the {} built?",), "Builder": ("Who built the {}?",),
        "Owner": ("Who owns the {}?",), "Capacity": ("How much does the {} hold?",),
    }  # fmt: skip


def _staff(chance: random.Random) -> _Made:
    rows = [
        (person, chance.choice(_ROLES), f"{chance.choice('ABC')}{_number(chance, 100, 400)}",
         f"555 {_number(chance, 1000, 9999)}",
         f"{_number(chance, 2001, 2024)}-0{_number(chance, 1, 9)}-1{_number(chance, 0, 9)}")
        for person in _people(chance, 30)
    ]  # fmt: skip
    header = ("Name", "Role", "Office", "Phone", "Start date")
    return header, rows, ("salary", "birthday"), {
        "Office": ("Where does {} sit?", "Where can I find {}?"),
        "Role": ("What does {} do?", "What is {}'s job?"),
        "Phone": ("What is {}'s phone number?",),
        "Start date": ("When did {} start?", "Since when has {} worked here?"),
    }  # fmt: skip


def _prices(chance: random.Random) -> _Made:
    articles = [f"{colour} {thing}" for colour in _COLOURS for thing in _THINGS]
    rows = [
        (article, f"{_number(chance, 9, 400)}.{_number(chance, 10, 99)} EUR",
         _number(chance, 0, 200), f"{chance.choice(_LAST)} & {chance.choice(('Sons', 'Co'))}",
         f"{_number(chance, 1, 20)} kg")
        for article in chance.sample(articles, 40)
    ]  # fmt: skip
    header = ("Article", "Price", "In stock", "Supplier", "Weight")
    return header, rows, ("warranty", "colour"), {
        "Price": ("How much is the {}?", "How much does the {} cost?"),
        "In stock": ("How many of the {} are there in stock?",),
        "Supplier": ("Who supplies the {}?",), "Weight": ("How heavy is the {}?",),
    }  # fmt: skip


def _servers(chance: random.Random) -> _Made:
    kinds = ("web", "db", "mail", "cache", "build", "log")
    rows = [
        (f"{chance.choice(kinds)}-{chance.choice(_PLACES).lower()}-{number}",
         f"10.{_number(chance, 0, 9)}.{_number(chance, 0, 250)}.{_number(chance, 1, 250)}",
         chance.choice(_SYSTEMS), person, f"{chance.choice((8, 16, 32, 64))} GB")
        for number, person in enumerate(_people(chance, 30))
    ]  # fmt: skip
    header = ("Host", "Address", "Operating system", "Owner", "Memory")
    return header, rows, ("rack", "warranty"), {
        "Owner": ("Who owns {}?", "Who is responsible for {}?"),
        "Operating system": ("What does {} run?", "Which operating system runs on {}?"),
        "Memory": ("How much memory does {} have?",),
    }  # fmt: skip


def _courses(chance: random.Random) -> _Made:
    rows = [
        (course, person, f"Room {_number(chance, 1, 60)}", _number(chance, 2, 12),
         chance.choice(_DAYS))
        for course, person in zip(_COURSES, _people(chance, len(_COURSES)), strict=True)
    ]  # fmt: skip
    header = ("Course", "Teacher", "Room", "Credits", "Day")
    return header, rows, ("textbook", "exam"), {
        "Teacher": ("Who teaches {}?",), "Room": ("Where is {} taught?",),
        "Credits": ("How many credits does {} give?",),
        "Day": ("On which day is {}?", "When is {}?"),
    }  # fmt: skip


def _lighthouses(chance: random.Random) -> _Made:
    kinds = ("Point", "Rock", "Head", "Skerry")
    rows = [
        (f"{place} {chance.choice(kinds)}", f"{_number(chance, 10, 60)} m",
         _number(chance, 1750, 1930), person, chance.choice(_PLACES))
        for place, person in zip(chance.sample(_PLACES, 22), _people(chance, 22), strict=True)
    ]  # fmt: skip
    header = ("Lighthouse", "Height", "First lit", "Engineer", "Island")
    return header, rows, ("keeper", "colour"), {
        "Height": ("How tall is {}?", "How high is {}?"), "First lit": ("When was {} first lit?",),
        "Engineer": ("Who engineered {}?",), "Island": ("On which island is {}?",),
    }  # fmt: skip


def _ferries(chance: random.Random) -> _Made:
    rows = [
        (f"MV {person}", *chance.sample(_PLACES, 2),
         f"{_number(chance, 6, 11)}:{_number(chance, 10, 59)}",
         f"{_number(chance, 12, 22)}:{_number(chance, 10, 59)}")
        for person in _people(chance, 16)
    ]  # fmt: skip
    header = ("Ferry", "From", "To", "Departs", "Arrives")
    return header, rows, ("captain", "fare"), {
        "Departs": ("When does the {} leave?", "When does the {} depart?"),
        "Arrives": ("When does the {} arrive?",), "From": ("Where does the {} leave from?",),
        "To": ("Where does the {} go?",),
    }  # fmt: skip


_MADE: Mapping[str, Callable[[random.Random], _Made]] = {
    "granaries": _granaries, "staff": _staff, "prices": _prices, "servers": _servers,
    "courses": _courses, "lighthouses": _lighthouses, "ferries": _ferries,
}  # fmt: skip
