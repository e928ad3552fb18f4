"""Owns the board of a meeting's talks: a slot for every talk by Kempe chains, then less waiting by more of them.

A bipartite graph of degree S can be coloured with S colours (König); a chain of two slots that change places keeps the
board sound, whoever else is on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from matcher.talks import Meeting

Watch = Callable[[int, int], None]  #: is told how much of how much is done; may raise to end the work

GUEST_WAITS, HOST_WAITS, ROUND = (
    10,
    1,
    5,
)  #: what an idle slot of a guest, of a host, and one more round of a table cost
SEED = 0
MOVES = 300  #: chains that are tried a talk
FEWEST, MOST = 20_000, 100_000  #: and in all
WARM, COLD = 6.0, 1.0  #: cost that is taken in one time of e, at first and at last
STEPS = 100  #: how often a watch is told


class Board:
    """Talks on a grid of places and slots: a guest is one place, a host's table one place a seat.

    Places of one person rule each other out; places of one table do not.
    """

    def __init__(self, meeting: Meeting, pairs: Sequence[tuple[int, int]]) -> None:
        self.meeting, self.pairs = meeting, list(pairs)
        guests, hosts, seats = len(meeting.guest_most), len(meeting.host_most), meeting.seats
        self.slots, self.tables = meeting.slots, meeting.tables
        count: dict[int, int] = defaultdict(int)
        self.ends: list[tuple[int, int]] = []
        for guest, host in self.pairs:
            self.ends.append((guest, guests + host * seats + count[host] % seats))
            count[host] += 1
        places = guests + hosts * seats
        self.host_of = [-1] * guests + [at // seats for at in range(hosts * seats)]
        self.person = [*meeting.guest_person.tolist()]
        self.person += [int(meeting.host_person[at // seats]) for at in range(hosts * seats)]
        self.rivals = self._rivals(places)
        self.at = [[-1] * self.slots for _ in range(places)]
        self.mask = [0] * places
        self.slot = [-1] * len(self.pairs)
        self.sits = [[0] * self.slots for _ in range(hosts)]  #: guests of a host in a slot
        self.used = [0] * self.slots  #: tables in use in a slot
        self.allowed = self._allowed()
        self.tight = self.tables < sum(1 for host in range(hosts) if count[host])
        self._cost_of()

    def _rivals(self, places: int) -> list[list[int]]:
        of: dict[int, list[int]] = defaultdict(list)
        for place in range(places):
            of[self.person[place]].append(place)
        return [
            [other for other in of[self.person[place]] if other != place and not self._same_table(place, other)]
            for place in range(places)
        ]

    def _same_table(self, one: int, other: int) -> bool:
        return self.host_of[one] >= 0 and self.host_of[one] == self.host_of[other]

    def _allowed(self) -> list[int]:
        """For every talk, the slots in which it may be, as bits."""
        free, bits = self.meeting.allowed(), 1 << np.arange(self.slots)
        return [int(bits[free[guest, host]].sum()) for guest, host in self.pairs]

    def _cost_of(self) -> None:
        """Who waits at what price: guests dearly, hosts a little; a full table is better than telling it twice."""
        waits: dict[int, int] = {}
        rounds: dict[int, int] = {}
        guests = len(self.meeting.guest_most)
        for place, person in enumerate(self.person):
            price = GUEST_WAITS if place < guests else HOST_WAITS
            waits[person] = max(price, waits.get(person, 0))
            if place >= guests and self.meeting.seats > 1:
                rounds[person] = ROUND
        self.group: dict[int, list[int]] = defaultdict(list)
        for place, person in enumerate(self.person):
            self.group[person].append(place)
        self.price = [(waits[person], rounds.get(person, 0)) for person in self.person]
        self.alone = [len(self.group[person]) == 1 for person in self.person]

    def cost(self, place: int, mask: int) -> int:
        """What the hours *mask* of the person at *place* cost."""
        wait, turn = self.price[place]
        return wait * holes(mask) + turn * mask.bit_count()

    def total(self) -> int:
        """What all hours cost."""
        return sum(self.cost(group[0], self._hours(group)) for group in self.group.values())

    def _hours(self, group: Iterable[int]) -> int:
        found = 0
        for place in group:
            found |= self.mask[place]
        return found

    # --- putting and taking ---

    def put(self, talk: int, slot: int) -> None:
        """Place a talk; the caller has seen that the cells are free."""
        self.slot[talk] = slot
        for place in self.ends[talk]:
            self.at[place][slot] = talk
            self.mask[place] |= 1 << slot
        host = self.pairs[talk][1]
        self.used[slot] += not self.sits[host][slot]
        self.sits[host][slot] += 1

    def take(self, talk: int) -> int:
        """Take a talk off the board and say where it was."""
        slot, self.slot[talk] = self.slot[talk], -1
        for place in self.ends[talk]:
            self.at[place][slot] = -1
            self.mask[place] &= ~(1 << slot)
        host = self.pairs[talk][1]
        self.sits[host][slot] -= 1
        self.used[slot] -= not self.sits[host][slot]
        return slot

    def in_the_way(self, talk: int, slot: int) -> list[int]:
        """The talks that would have to leave *slot* for *talk*."""
        found = []
        for place in self.ends[talk]:
            if (other := self.at[place][slot]) >= 0:
                found.append(other)
            for rival in self.rivals[place]:
                if (other := self.at[rival][slot]) >= 0 and other not in found:
                    found.append(other)
        return found

    def chain(self, starts: Iterable[int], one: int, two: int) -> list[int] | None:
        """The talks of slots *one* and *two* that must change places with *starts*; None where one of them may not."""
        stack = list(starts)
        found, seen = [], set(stack)
        both = (1 << one) | (1 << two)
        at, ends, rivals, slot, allowed = self.at, self.ends, self.rivals, self.slot, self.allowed
        while stack:
            talk = stack.pop()
            if allowed[talk] & both != both:
                return None
            found.append(talk)
            there = two if slot[talk] == one else one
            for place in ends[talk]:
                other = at[place][there]
                if other >= 0 and other not in seen:
                    seen.add(other)
                    stack.append(other)
                for rival in rivals[place]:
                    other = at[rival][there]
                    if other >= 0 and other not in seen:
                        seen.add(other)
                        stack.append(other)
        return found

    def swap(self, chain: Sequence[int], one: int, two: int) -> None:
        """Let every talk of *chain* change between the two slots."""
        old = [self.take(talk) for talk in chain]
        for talk, slot in zip(chain, old, strict=True):
            self.put(talk, two if slot == one else one)

    def change(self, chain: Sequence[int], one: int, two: int) -> int:
        """What `swap` would add to the cost."""
        both, mask, flipped = (1 << one) | (1 << two), self.mask, []
        for talk in chain:
            for place in self.ends[talk]:
                hours = mask[place] & both
                if hours != both:
                    flipped.append(place)
        added, crowded = 0, set()
        for place in flipped:
            if self.alone[place]:
                added += self.cost(place, mask[place] ^ both) - self.cost(place, mask[place])
            else:
                crowded.add(self.person[place])
        if crowded:
            gone = set(flipped)
            for person in sorted(crowded):
                group = self.group[person]
                new = 0
                for place in group:
                    new |= mask[place] ^ both if place in gone else mask[place]
                added += self.cost(group[0], new) - self.cost(group[0], self._hours(group))
        return added

    def over(self) -> int:
        """Tables in use beyond those there are, over all slots."""
        return sum(max(0, used - self.tables) for used in self.used)

    # --- first a place for each ---

    def place(self, talk: int) -> bool:
        """Find a slot for a talk, moving others where that is needed; tables are looked at later."""
        free = [
            slot for slot in range(self.slots)
            if self.allowed[talk] >> slot & 1 and not self.in_the_way(talk, slot)
        ]  # fmt: skip
        if free:
            self.put(talk, min(free, key=lambda slot: (self._crowd(talk, slot), slot)))
            return True
        for slot in range(self.slots):
            if self.allowed[talk] >> slot & 1 and self._make_way(talk, slot):
                self.put(talk, slot)
                return True
        return False

    def _crowd(self, talk: int, slot: int) -> int:
        """How far a slot is from good: tables in use, and guests that wait."""
        late = max(0, self.used[slot] + (not self.sits[self.pairs[talk][1]][slot]) - self.tables)
        bit, guest = 1 << slot, self.ends[talk][0]
        return 1000 * late + self.cost(guest, self.mask[guest] | bit) - self.cost(guest, self.mask[guest])

    def _make_way(self, talk: int, slot: int) -> bool:
        way = self.in_the_way(talk, slot)
        for other in range(self.slots):
            if other == slot:
                continue
            chain = self.chain(way, slot, other)
            if chain is None:
                continue
            self.swap(chain, slot, other)
            if not self.in_the_way(talk, slot):
                return True
            self.swap(chain, slot, other)
        return False

    def even_out(self) -> None:
        """Bring slots with too many tables in use down, chain by chain, as far as that goes."""
        while (over := self.over()) and self._lighten(over):
            pass

    def _lighten(self, over: int) -> bool:
        full = [slot for slot in range(self.slots) if self.used[slot] > self.tables]
        room = [slot for slot in range(self.slots) if self.used[slot] < self.tables]
        for one in full:
            for talk in [talk for talk, slot in enumerate(self.slot) if slot == one]:
                for two in room:
                    chain = self.chain([talk], one, two)
                    if chain is None:
                        continue
                    self.swap(chain, one, two)
                    if self.over() < over:
                        return True
                    self.swap(chain, one, two)
        return False

    # --- then less waiting ---

    def improve(self, watch: Watch | None = None) -> None:
        """Try many chains and keep those that bring talks together; at first some that do not, less and less."""
        if len(self.pairs) < 2 or self.slots < 3:
            return
        moves = min(max(MOVES * len(self.pairs), FEWEST), MOST)
        chance = np.random.default_rng(SEED).random((moves, 3))
        who, where = chance[:, 0], (chance[:, 1] * self.slots).astype(int).tolist()
        heat = WARM * (COLD / WARM) ** (np.arange(moves) / moves)
        bar = (-heat * np.log(chance[:, 2] + 1e-300)).tolist()
        which = (who * len(self.pairs)).astype(int).tolist()
        cost = least = self.total()
        best, every = list(self.slot), max(1, moves // STEPS)
        for step in range(moves):
            if watch is not None and step % every == 0:
                watch(step, moves)
            talk, two = which[step], where[step]
            one = self.slot[talk]
            if one < 0 or one == two or not self.allowed[talk] >> two & 1:
                continue
            chain = self.chain((talk,), one, two)
            if chain is None:
                continue
            added = self.change(chain, one, two)
            if added > bar[step] or not self._fits(chain, one, two):
                continue
            if not self.tight:
                self.swap(chain, one, two)
            cost += added
            if cost < least:
                least, best = cost, list(self.slot)
                if not least:
                    break
        self._back_to(best)

    def _fits(self, chain: Sequence[int], one: int, two: int) -> bool:
        """Whether the hall has tables for a swap; where that is in doubt it is carried out, and undone if not."""
        if not self.tight:
            return True
        self.swap(chain, one, two)
        if self.used[one] <= self.tables and self.used[two] <= self.tables:
            return True
        self.swap(chain, one, two)
        return False

    def _back_to(self, best: Sequence[int]) -> None:
        for talk, slot in enumerate(self.slot):
            if slot >= 0:
                self.take(talk)
        for talk, slot in enumerate(best):
            if slot >= 0:
                self.put(talk, slot)


def holes(mask: int) -> int:
    """Idle slots between the first and the last of the slots in *mask*; a break is no slot and no hole."""
    if not mask:
        return 0
    return mask.bit_length() - (mask & -mask).bit_length() + 1 - mask.bit_count()
