"""Textbook names of a network's numbers: w₁ … through all layers, net_h1, out_h1, δ_o1."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import accumulate

from gradstone.accounts.links import Link
from gradstone.accounts.symbol import Symbol, derivative
from gradstone.accounts.teller import Names, counted, place_of
from gradstone.nn.layers import Linear
from gradstone.nn.module import Network

MOST_NUMBERED = 99
"""Up to so many weights are counted through; beyond, they are named by layer, from and to."""
E = Symbol("E")


@dataclass(frozen=True, slots=True)
class NetworkNames:
    """Names for a network on a batch.

    Attributes:
        network: whose. samples: in the batch. chosen: the sample told, whose names bear no number.
        before: what stands before addresses: "after " for the pass after the update.
    """

    network: Network
    samples: int
    chosen: int
    before: str = ""
    linear: tuple[Linear, ...] = field(init=False)

    def __post_init__(self) -> None:
        found = tuple(one for one in self.network.layers if isinstance(one, Linear))
        object.__setattr__(self, "linear", found)

    @property
    def numbered(self) -> bool:
        """Whether weights are counted through."""
        return sum(one.inputs * one.outputs for one in self.linear) <= MOST_NUMBERED

    def neuron(self, layer: int, place: int) -> Symbol:
        """The neuron at a place from 0 of a layer; layer 0 is the input's."""
        if layer == 0:
            return Symbol("x", str(place + 1))
        letter = "o" if layer == len(self.linear) else "h"
        return Symbol(letter, str(place + 1), layer=self._layer(layer))

    def _layer(self, layer: int) -> str:
        """A hidden layer's number, where there are several."""
        return str(layer) if len(self.linear) > 2 and layer < len(self.linear) else ""

    def of_neuron(self, letter: str, layer: int, place: int) -> Symbol:
        """A quantity of a neuron: net_h1, out_o1, δ_h1."""
        one = self.neuron(layer, place)
        return Symbol(letter, one.letter + one.below, layer=one.layer, new=bool(self.before))

    def number_of(self, sample: int) -> int | None:
        """The number that a sample's symbols bear; None for the one told."""
        return None if sample == self.chosen else sample + 1

    def parameter(self, name: str) -> Names:
        """W1, b1 …: addresses and symbols of their entries."""
        layer = int(name[1:])
        symbol = self._weight if name[0] == "W" else self._bias
        return lambda place: (f"{self.before}{name}{place_of(place)}", symbol(layer, place))

    def _weight(self, layer: int, place: tuple[int, ...]) -> Symbol:
        source, target = place
        if not self.numbered:
            return Symbol("w", f"{source + 1},{target + 1}", layer=str(layer))
        before = sum(one.inputs * one.outputs for one in self.linear[: layer - 1])
        return Symbol("w", str(before + target * self.linear[layer - 1].inputs + source + 1))

    def _bias(self, layer: int, place: tuple[int, ...]) -> Symbol:
        if not self.numbered:
            return Symbol("b", counted(place), layer=str(layer))
        starts = [0, *accumulate(one.outputs * one.bias for one in self.linear)]
        return Symbol("b", str(starts[layer - 1] + place[0] + 1))

    def value(self, letter: str, layer: int, address: str = "", step: int = 0) -> Names:
        """Values of neurons: address "net1[0,2]" (sample, neuron), symbol net_h3.

        Args:
            step: see `Link`.
        """
        ending = f"{layer}_{step}" if step else str(layer)

        def names(place: tuple[int, ...]) -> tuple[str, Symbol]:
            symbol = self._value(letter, layer, place, step)
            return f"{self.before}{address or letter}{ending}{place_of(place)}", symbol

        return names

    def _value(self, letter: str, layer: int, place: tuple[int, ...], step: int) -> Symbol:
        """The symbol of a neuron's value; of an entry of a sample that is no row, both counts."""
        symbol = self.of_neuron(letter, layer, place[-1])
        if len(place) > 2:
            symbol = replace(symbol, below="x" + counted(place[1:]))
        if step:
            symbol = replace(symbol, below=f"{symbol.below},{step}")
        return symbol.of_sample(self.number_of(place[0]))

    def outcome(self, link: Link) -> Names:
        """The values that a link gives."""
        return self.value(link.letter, link.layer, step=link.step)

    def given(self, letter: str) -> Names:
        """Inputs and targets: "x[0,1]", x₂."""
        return lambda place: (
            f"{letter}{place_of(place)}",
            Symbol(letter, str(_flat(place[1:]))).of_sample(self.number_of(place[0]))
            if len(place) < 3
            else Symbol(letter, counted(place[1:])).of_sample(self.number_of(place[0])),
        )

    def net(self, layer: int) -> Names:
        """net_h1 at "net1[0,0]"."""
        return self.value("net", layer)

    def delta(self, layer: int) -> Names:
        """δ_h1 at "dnet1[0,0]"."""
        return self.value("δ", layer, "dnet")

    def incoming(self, link: Link) -> Names:
        """∂E/∂out_h1 at "dout1[0,0]"."""
        own = self.outcome(link)

        def names(place: tuple[int, ...]) -> tuple[str, Symbol]:
            address, symbol = own(place)
            return f"d{address}", derivative(E, symbol)

        return names

    def slope(self, link: Link) -> Names:
        """The activation's local derivative ∂out_h1/∂net_h1 at "slope1[0,0]".

        Of a mixing one ∂out_h2/∂net_h1 at "slope1[0,1,0]" (sample, output, net).
        """
        source = self.net(link.layer) if link.before is None else self.outcome(link.before)

        def names(place: tuple[int, ...]) -> tuple[str, Symbol]:
            sample, out, net = place[0], place[1], place[-1]
            over = self.outcome(link)((sample, out))[1]
            under = source((sample, net))[1]
            return f"{link.name}{place_of(place)}", derivative(over, under)

        return names

    def mask(self, link: Link) -> Names:
        """What dropout multiplies by: r_h1 at "mask1[0,0]", of a net q_h1 at "early1[0,0]"."""
        letter = {"mask": "r", "early": "q"}[link.kind]
        return self.value(letter, link.layer, link.kind, link.step)

    def parameter_gradient(self, name: str) -> Names:
        """∂E/∂w₅ at "dW2[0,0]"."""
        own = self.parameter(name)
        return lambda place: (f"d{name}{place_of(place)}", derivative(E, own(place)[1]))


def _flat(place: tuple[int, ...]) -> int:
    return place[0] + 1 if place else 1
