"""Measure and print the tables of README.md here: `make bench`, or `python -m benchmarks [solvers] [crowd] [engine]`.

Libraries that are installed are measured beside us, others are left out. `solvers` and `crowd` need numpy, scipy and
pydantic only; `engine` needs all of the project.
"""

import os


def main() -> None:
    """Allow every library one thread, then measure."""
    for name in ("OPENBLAS", "OMP", "MKL", "RAYON"):
        os.environ[f"{name}_NUM_THREADS"] = "1"
    from benchmarks import tables  # only now: a BLAS reads its setting when it is loaded

    tables.main(__doc__)


if __name__ == "__main__":
    main()
