"""Routes by which a page in the browser follows a training run, without running the page's script again."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from normlib.components.payload import pack
from normlib.server.paths import base_path
from normlib.training.events import Point, Stopped
from normlib.training.jobs import Jobs, UnknownJobError, Update, shared_jobs
from normlib.training.result import Result

RUNS_PATH: Final = "/lab/runs"
"""What the paths of all runs begin with, inside the app."""

_NOW: Final = {"cache-control": "no-store"}
_MOST_CURSOR: Final = 10**9
_INSIDE: Final = (
    "input_mean",
    "input_sd",
    "input_percentiles",
    "output_mean",
    "output_sd",
    "output_percentiles",
    "idle",
    "running_mean_gap",
    "running_sd_ratio",
    "gradient_norm",
)
_HISTOGRAMS: Final = ("input_histogram", "output_histogram")


def run_routes(jobs: Callable[[], Jobs] = shared_jobs) -> list[Route]:
    """Return the routes.

        GET /lab/runs/KEY/events?cursor=N&learner=ID    what happened since, as JSON
        GET /lab/runs/KEY/inside?seed=S                 what was recorded inside the networks of one seed, packed

    Args:
        jobs: gives the jobs, when the first request comes.
    """

    # Not `async`: a run that is read from the store keeps a thread waiting and not the server.
    def events(request: Request) -> Response:
        cursor = _whole(request.query_params.get("cursor", ""), 0)
        learner = request.query_params.get("learner", "")[:64]
        try:
            update = jobs().events(request.path_params["key"], cursor, learner=learner)
        except UnknownJobError as error:
            return JSONResponse({"message": str(error)}, 404, _NOW)
        return Response(json.dumps(events_message(update)), media_type="application/json", headers=_NOW)

    def inside(request: Request) -> Response:
        try:
            update = jobs().events(request.path_params["key"], 0)
        except UnknownJobError as error:
            return JSONResponse({"message": str(error)}, 404, _NOW)
        seed = _whole(request.query_params.get("seed", ""), 0)
        message = pack(inside_message(update.results or (), seed))
        return Response(message, media_type="application/octet-stream", headers=_NOW)

    path = f"{base_path()}{RUNS_PATH}/{{key}}"
    return [Route(f"{path}/events", events), Route(f"{path}/inside", inside)]


def events_message(update: Update) -> dict[str, Any]:
    """Return what happened as plain data.

    Args:
        update: since the cursor that the browser has.
    """
    status = update.status
    if update.results is None:
        points = [_point(one) for one in update.events if isinstance(one, Point)]
        stopped = [_stopped(one) for one in update.events if isinstance(one, Stopped)]
    else:
        points = [point for arm, result in enumerate(update.results) for point in _points(arm, result)]
        stopped = [_stopped(one) for result in update.results for one in result.stopped]
    return {
        "cursor": update.cursor,
        "reset": update.results is not None,
        "status": {
            "state": status.state,
            "place": status.place,
            "share": round(status.share, 4),
            "seconds": round(status.seconds, 2),
            "message": status.message,
            "notes": status.notes,
            "stored": status.stored,
            "agrees": status.agrees,
            "learners": status.learners,
        },
        "arms": [{"seeds": one.seeds, "steps": one.recorded} for one in update.experiments],
        "points": points,
        "stopped": stopped,
    }


def inside_message(results: Sequence[Result], seed: int) -> dict[str, Any]:
    """Return what was recorded inside the networks of one seed, as arrays small enough to be sent at once.

    Histograms and probabilities become bytes: a picture shows no more.

    Args:
        results: one per arm.
        seed: one of theirs; the first one of an arm that does not have it.
    """
    arms = []
    for result in results:
        seeds = result.experiment.seeds
        place = seeds.index(seed) if seed in seeds else 0
        own = {name: values[place] for name, values in result.values.items()}
        there = _measured(own.get("loss", np.empty(0)))
        values: dict[str, NDArray[Any]] = {name: own[name][there].astype(np.float32) for name in _INSIDE if name in own}
        values |= {name: _bars(own[name][there]) for name in _HISTOGRAMS if name in own}
        if "regions" in own:
            values["regions"] = _bytes(own["regions"][there])
        arms.append({"steps": result.steps[: len(there)][there], "values": values})
    return {"seed": seed, "arms": arms}


def _point(point: Point) -> dict[str, Any]:
    return {"arm": point.arm, "step": point.step, "seeds": point.seeds, "values": _numbers(point.values)}


def _points(arm: int, result: Result) -> Iterable[dict[str, Any]]:
    loss = result.values.get("loss")
    if loss is None:
        return
    for record, step in enumerate(result.steps.tolist()):
        places = np.flatnonzero(_measured(loss[:, record]))
        if len(places):
            seeds = tuple(result.experiment.seeds[place] for place in places)
            values = {name: array[places, record] for name, array in result.values.items()}
            yield {"arm": arm, "step": step, "seeds": seeds, "values": _numbers(values)}


def _stopped(one: Stopped) -> dict[str, Any]:
    return {
        "arm": one.arm,
        "seed": one.seed,
        "step": one.step,
        "layer": one.layer,
        "where": one.where,
        "message": one.message,
    }


def _numbers(values: Mapping[str, NDArray[Any]]) -> dict[str, list[float | None]]:
    """Return what is one number per seed, and the norm of all gradients together."""
    found = {name: [_short(value) for value in array.tolist()] for name, array in values.items() if array.ndim == 1}
    if "gradient_norm" in values:
        whole = np.sqrt(np.square(values["gradient_norm"]).sum(axis=1))
        found["gradient"] = [_short(value) for value in whole.tolist()]
    return found


def _short(value: float) -> float | None:
    # Six digits are more than a screen shows. JSON has no infinity.
    return float(f"{value:.6g}") if math.isfinite(value) else None


def _measured(loss: NDArray[Any]) -> NDArray[np.bool_]:
    """Say which records there are: the loss of every point is finite, or the seed would have stopped."""
    found: NDArray[np.bool_] = np.isfinite(loss)
    return found


def _bars(shares: NDArray[Any]) -> NDArray[np.uint8]:
    """Return histograms whose highest bar is 255."""
    most = np.maximum(shares.max(axis=-1, keepdims=True), np.finfo(np.float32).tiny)
    return _bytes(shares / most)


def _bytes(shares: NDArray[Any]) -> NDArray[np.uint8]:
    found: NDArray[np.uint8] = np.rint(np.nan_to_num(shares) * 255).astype(np.uint8)
    return found


def _whole(text: str, default: int) -> int:
    return min(int(text), _MOST_CURSOR) if text.isdecimal() and len(text) < 12 else default
