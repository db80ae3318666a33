"""Which collections in Milvus an index has, and what they are.

Names are PREFIX_CREATED_FIRST: how the index's catalogue is known, by its first twelve digits,
and the generation for which everything was made anew.
"""

import re
from dataclasses import dataclass

from footnote.errors import IndexDamaged, IndexMismatch
from footnote.store.identity import Identity
from footnote.store.milvus_rows import FIELDS, STATE_ID, State, ids_filter
from footnote.store.milvus_server import ASK, WRITE, MilvusServer

_CREATED_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Name:
    """A collection's name, taken apart."""

    name: str
    created: str
    first: int

    def is_of(self, created: str) -> bool:
        return created.startswith(self.created)


@dataclass(frozen=True, slots=True)
class Held:
    """A collection, and what it said of itself when it was looked at."""

    name: str
    state: State


@dataclass(frozen=True, slots=True)
class Collections:
    """The collections of one prefix. Every method raises IndexUnavailable."""

    server: MilvusServer
    prefix: str
    identity: Identity

    def name(self, created: str, generation: int) -> str:
        """Return the name for a generation that is made anew."""
        return f"{self.prefix}_{created[:_CREATED_LENGTH]}_{generation}"

    def names(self) -> list[Name]:
        """Return all that there are, of this index and of others."""
        digits = f"[0-9a-f]{{{_CREATED_LENGTH}}}"
        pattern = re.compile(rf"({re.escape(self.prefix)}_({digits})_([0-9]+))")
        with self.server.client() as milvus:
            found = [pattern.fullmatch(each) for each in milvus.list_collections(timeout=ASK)]
        return [Name(each[1], each[2], int(each[3])) for each in found if each is not None]

    def locate(self, created: str, generation: int) -> Held:
        """Return the collection that holds a generation of a catalogue.

        Raises IndexDamaged where there is none, IndexMismatch where another model or version
        of Footnote made it.
        """
        names = self.names()
        own = [name for name in names if name.is_of(created) and name.first <= generation]
        for each in sorted(own, key=lambda name: -name.first):
            state = self.state(each.name)
            if state is not None and state.generation:
                self._check(each.name, state, created, generation)
                return Held(each.name, state)
        others = "" if own or not names else f", and {len(names)} of other indexes"
        raise IndexDamaged(
            f"Milvus at {self.server} has no collection {self.prefix}_* of generation "
            f"{generation} of this index{others}; run `footnote repair` to make it"
        )

    def state(self, name: str) -> State | None:
        """Make a collection ready to be asked, and read what it is. Raises IndexMismatch."""
        self.check_made_by_footnote(name)
        with self.server.client() as milvus:
            milvus.load_collection(name, timeout=WRITE)
        return read_state(self.server, name)

    def drop(self, name: str) -> None:
        """Drop a collection. Raises IndexMismatch where Footnote did not make it."""
        self.check_made_by_footnote(name)
        with self.server.client() as milvus:
            milvus.drop_collection(name, timeout=WRITE)

    def drop_from(self, created: str, generation: int) -> None:
        """Drop what was made anew for a generation that has not begun, or is made again."""
        for each in self.names():
            if each.is_of(created) and each.first >= generation:
                self.drop(each.name)

    def drop_before(self, created: str, generation: int, of_others: bool) -> None:
        """Drop what readers of a generation and of the one before do not need."""
        names = self.names()
        before = [n.first for n in names if n.is_of(created) and n.first < generation]
        needed = max(before, default=generation)
        for each in names:
            if each.first < needed if each.is_of(created) else of_others:
                self.drop(each.name)

    def check_made_by_footnote(self, name: str) -> None:
        """Raise IndexMismatch where a collection has other fields."""
        with self.server.client() as milvus:
            told = milvus.describe_collection(name, timeout=ASK)
        fields = sorted(field["name"] for field in told["fields"])
        if fields != sorted(FIELDS):
            raise IndexMismatch(
                f"the collection {name} in Milvus at {self.server} is not one that this version "
                f"of Footnote makes: its fields are {', '.join(fields)}; drop it, or set another "
                "milvus_collection, and run `footnote repair`"
            )

    def _check(self, name: str, state: State, created: str, generation: int) -> None:
        wanted = State.of(self.identity, created, state.made)
        for what in ("format", "embedder", "dimension"):
            found, own = getattr(state, what), getattr(wanted, what)
            if found != own:
                raise IndexMismatch(
                    f"the collection {name} in Milvus at {self.server} was made with {what} "
                    f"{found!r}, and this is {own!r}; run `footnote index --rebuild` to make it "
                    "again, or set back what was changed"
                )
        if state.created != created or state.generation not in (generation, generation + 1):
            raise IndexDamaged(
                f"the collection {name} in Milvus at {self.server} is of generation "
                f"{state.generation}, and the catalogue of {generation}; run `footnote repair`"
            )


def read_state(server: MilvusServer, name: str) -> State | None:
    """Read what a collection is, None where it does not say."""
    wanted = ids_filter("id", [STATE_ID])
    with server.client() as milvus:
        rows = milvus.query(name, filter=wanted, output_fields=["state"], timeout=ASK)
    try:
        return State.read(rows[0])
    except (IndexError, KeyError, TypeError, ValueError):
        return None
