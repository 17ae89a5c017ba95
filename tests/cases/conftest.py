"""Every case takes every road: the same known answers from each executor."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pytest

import gradstone as gs
from gradstone.execute.roads import ROADS, executor
from gradstone.functions import eager, transform
from gradstone.graph.walk import Graph


@pytest.fixture(autouse=True, params=ROADS)
def road(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """`gs.train` and all functions of `gs` compute by this executor."""

    def run(graph: Graph, *arrays: Any) -> Sequence[Any]:
        return executor(request.param).compile(graph)(*(np.asarray(one) for one in arrays))

    monkeypatch.setenv("GRADSTONE_CACHE", "off")
    for module in (eager, transform):
        monkeypatch.setattr(module, "run", run)
    monkeypatch.setattr(gs, "train", partial(gs.train, executor=request.param))
    return str(request.param)
