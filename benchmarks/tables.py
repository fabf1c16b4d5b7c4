"""The tables themselves: what is measured at which sizes, one printed row after the other."""

import argparse
import platform
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import scipy

from benchmarks import peers, problems, solvers
from benchmarks.timing import Timed, digits, side_by_side
from tools.optimise import Limits, utility

SIZES: Mapping[str, tuple[int, ...]] = {
    "max_sharpe": (50, 200, 500, 1000),
    "min_var": (50, 200, 500),
    "mv_cost": (50, 200, 500),
    "erc": (50, 200, 500),
    "cvar": (50, 200),
    "bl": (10, 50, 200, 500, 1000),
    "lw": (50, 200, 500),
}
FACTORED = ("max_sharpe", "min_var", "mv_cost", "erc")
PEOPLE = 4000
ASKED = 20
"""Investors a library is asked about: each takes it as long as the next."""

HEAD = (
    "| task | n | ours, ms | best library | its ms | ratio | bare solver, ms | {accuracy} |\n"
    "|---|--:|--:|---|--:|--:|--:|---|"
)


def main(about: str | None) -> None:
    """Run the sections asked for on the command line (all by default); `about` is shown by --help."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=about)
    parser.add_argument("sections", nargs="*", help="solvers, crowd, engine; all when none is named")
    parser.add_argument("--tasks", default=",".join(SIZES), help="solver tasks, with commas")
    parser.add_argument("--rounds", type=int, default=7, help="rounds in which everybody takes a turn")
    asked = parser.parse_args()
    peers.quiet()
    installed = {p.package: p.version for task in peers.PEERS for p in peers.present(task)}
    print(f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}", end="")
    print("".join(f", {package} {number}" for package, number in installed.items()), end="\n\n")
    sections = asked.sections or ["solvers", "crowd", "engine"]
    if "solvers" in sections:
        for task in asked.tasks.split(","):
            print(HEAD.format(accuracy=f"{problems.JUDGED[task]}: ours / library"))
            notes = [_solvers(task, n, asked.rounds) for n in SIZES[task]]
            print("\nThe others, ms: " + "; ".join(note for note in notes if note) + ".\n")
    if "crowd" in sections:
        _crowds(asked.rounds)
    if "engine" in sections:
        _engine()


def _solvers(task: str, n: int, rounds: int) -> str:
    """Print one row, or two where the task also takes factors; gives what the libraries that are not the best took."""
    data = problems.universe(n)
    ours = {"dense": partial(solvers.solve_dense, task, data)}
    if task in FACTORED:
        ours["factors"] = partial(solvers.solve, task, data)
    others = {p.package: p for p in peers.present(task) if n <= p.most}
    calls: dict[str, Callable[[], Any]] = {**ours, **{name: partial(p.solve, data) for name, p in others.items()}}
    found = side_by_side(calls, rounds)
    timed = {name: t for name, t in found.items() if isinstance(t, Timed)}
    judged = {name: problems.judge(task, data, t.answer) for name, t in timed.items()}
    errors = _errors(task, judged)
    rivals = {name: timed[name] for name in timed if name in others and not others[name].bare}
    bare = [digits(timed[name].cpu) for name in timed if name in others and others[name].bare]
    best = min(rivals, key=lambda name: rivals[name].cpu, default=None)
    for name in ours:
        own = timed[name]
        cells = [task + (" (factors)" if name == "factors" else ""), str(n), digits(own.cpu)]
        if best is None:
            cells += ["none installed", "", "", "".join(bare), f"{errors[name]:.0e}"]
        else:
            ratio = digits(rivals[best].cpu / own.cpu)
            cells += [best, digits(rivals[best].cpu), f"{ratio}x", "".join(bare)]
            cells.append(f"{errors[name]:.0e} / {errors[best]:.0e}")
        print("| " + " | ".join(cells) + " |", flush=True)
    rest = [f"{name} {digits(t.cpu)}" for name, t in rivals.items() if name != best]
    rest += [f"{name} raised {type(e).__name__}" for name, e in found.items() if isinstance(e, Exception)]
    return f"n = {n}: {', '.join(rest)}" if rest else ""


def _errors(task: str, judged: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """What each answer is off by, see `problems.JUDGED`; a broken limit counts where it is larger."""
    if problems.JUDGED[task] != "gap":
        return {name: cost for name, (cost, _) in judged.items()}
    kept = [cost for cost, broken in judged.values() if broken < 1e-12]
    best = min(kept or [cost for cost, _ in judged.values()])
    return {name: max((cost - best) / abs(best), broken, 0.0) for name, (cost, broken) in judged.items()}


def _crowds(rounds: int) -> None:
    print(
        "| investors who share a market | n | ours, per s | best library, per s | ratio | against the single solver |"
    )
    print("|---|--:|--:|--:|--:|---|")
    for what, n, data in (
        ("own risk aversion, caps, exclusions, holdings, costs", 30, problems.people(30, PEOPLE)),
        ("the same", 100, problems.people(100, PEOPLE)),
        ("the same and eight group bounds of their own", 30, problems.grouped(problems.people(30, PEOPLE))),
        ("the same and eight group bounds of their own", 100, problems.grouped(problems.people(100, PEOPLE))),
    ):
        calls: dict[str, Callable[[], Any]] = {"ours": partial(solvers.solve, "batch", data)}
        if "groups" not in data:
            calls |= {p.package: partial(_each, p, data) for p in peers.present("batch")}
        timed = {name: t for name, t in side_by_side(calls, rounds).items() if isinstance(t, Timed)}
        own = timed.pop("ours")
        pace = 1e3 * PEOPLE / own.cpu
        rivals = {name: 1e3 * ASKED / t.cpu for name, t in timed.items()}
        best = max(rivals, key=lambda name: rivals[name], default=None)
        other = ["", ""] if best is None else [f"{best} {rivals[best]:.0f}", f"{pace / rivals[best]:,.0f}x"]
        single, broken = _apart(data, own.answer), problems.outside(data, own.answer)
        proof = f"weights within {single:.1e}, limits broken by {broken:.0e}"
        print("| " + " | ".join([what, str(n), f"{pace:,.0f}", *other, proof]) + " |", flush=True)
    print()


def _each(peer: peers.Peer, data: problems.Data) -> list[Any]:
    """One after the other, which is how a library does it."""
    own = ({**data, "delta": float(data["delta"][i]), "ub": data["UB"][i], "w0": data["W0"][i]} for i in range(ASKED))
    return [peer.solve(one) for one in own]


def _apart(data: problems.Data, weights: Any, count: int = 200) -> float:
    """Largest difference of any weight from what `utility` says to the same investor alone."""
    n, groups = weights.shape[1], data.get("groups", np.zeros((0, weights.shape[1])))
    worst = 0.0
    for i in range(count):
        most = data["gmax"][i] if len(groups) else np.zeros(0)
        limits = Limits(np.zeros(n), data["UB"][i], groups, np.full(len(groups), -np.inf), most)
        aversion, cost = float(data["delta"][i]), np.full(n, data["c"])
        held = data["W0"][i]
        alone = utility(data["mu"], data["Sigma"], risk_aversion=aversion, held=held, cost=cost, limits=limits)
        worst = max(worst, float(np.abs(alone.weights - weights[i]).max()))
    return worst


def _engine() -> None:
    from benchmarks import engine  # needs the whole project, where the solvers need three libraries

    print("| what | size | seconds | |\n|---|---|--:|---|")
    for f in engine.figures():
        print(f"| {f.what} | {f.size} | {f.seconds:.3g} | {f.note} |", flush=True)
