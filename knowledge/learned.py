"""What was worked out over a long time and is kept in the home: trained weights and scoreboards, as plain arrays.

One `.npz` file per name, read with pickling forbidden, replaced in one step so that a stopped training leaves the old
one. Losing the folder loses nothing but time: everything here can be worked out again.
"""

import io
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from tools.domain.market import Array
from tools.domain.value import canonical, strict_json
from tools.errors import BadInput

_NAME = re.compile(r"[A-Za-z0-9_\-]{1,100}")
_FACTS = "facts.json"


@dataclass(frozen=True, slots=True)
class Learned:
    """Arrays by name, and facts about them as JSON values."""

    facts: Mapping[str, Any]
    arrays: Mapping[str, Array] = field(default_factory=dict)


class NothingLearned:
    """Keeps what it is given for as long as it lives; begins empty."""

    def __init__(self) -> None:
        self._kept: dict[str, Learned] = {}

    def load(self, name: str) -> Learned | None:
        """What is kept under a name, None when nothing is."""
        return self._kept.get(name)

    def save(self, name: str, learned: Learned) -> None:
        """Keep it under a name, instead of what was there."""
        self._kept[name] = learned


class FilesLearned:
    """A folder with one file per name."""

    def __init__(self, folder: Path) -> None:
        """Use this folder; it is made when something is first saved."""
        self._folder = folder
        self._read: dict[str, tuple[int, Learned | None]] = {}

    def load(self, name: str) -> Learned | None:
        """What is kept under a name; None when nothing is, or the file is not what was written."""
        place = self._place(name)
        try:
            stamp = place.stat().st_mtime_ns
            if self._read.get(name, (0, None))[0] != stamp:
                self._read[name] = (stamp, _read(place.read_bytes()))
        except OSError:
            return None
        return self._read[name][1]

    def save(self, name: str, learned: Learned) -> None:
        """Keep it under a name, instead of what was there. Raises OSError when the folder cannot be written."""
        place = self._place(name)
        self._folder.mkdir(parents=True, exist_ok=True)
        facts = np.frombuffer(canonical(dict(learned.facts)).encode(), dtype=np.uint8)
        content = packed({_FACTS: facts, **learned.arrays})
        with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as part:
            part.write(content)
        os.replace(part.name, place)

    def _place(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(name)
        return self._folder / f"{name}.npz"


def packed(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """Named arrays as one `.npz` file. Raises ValueError on arrays of objects: they would have to be pickled."""
    if any(a.dtype.hasobject for a in arrays.values()):
        raise ValueError("plain arrays only")
    out = io.BytesIO()
    kept: dict[str, Any] = dict(arrays)
    np.savez(out, **kept)
    return out.getvalue()


def unpacked(content: bytes) -> dict[str, npt.NDArray[Any]]:
    """Named arrays of a `.npz` file. Raises BadInput on anything that is not one, or that would execute."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as found:
            return {name: found[name] for name in found.files}
    except (ValueError, KeyError, EOFError, OSError, AttributeError, BadZipFile) as error:
        raise BadInput("no_plain_arrays") from error


def _read(content: bytes) -> Learned | None:
    try:
        arrays = unpacked(content)
        facts = strict_json(arrays.pop(_FACTS).astype(np.uint8).tobytes().decode())
    except (BadInput, ValueError, KeyError, RecursionError):
        return None
    return Learned(facts, arrays) if isinstance(facts, dict) else None
