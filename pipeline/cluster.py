"""Many files on many machines: as :mod:`kehoach.pipeline.pool` does it on one, with the workers of a Dask cluster.

    with Cluster("tcp://10.0.0.5:8786", paths, Settings(), None) as cluster:
        for found in cluster:
            ...

Dask decides which worker reads what, and has a file read again whose worker ended. The files need not be where the
workers are: their bytes are sent.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from kehoach.pipeline import reading
from kehoach.pipeline.errand import Brief, Errand, read_on_worker, vocabulary_of
from kehoach.pipeline.inputs import Input, at_hand, input_name
from kehoach.pipeline.pool import Keep, interrupted
from kehoach.pipeline.reading import Found
from kehoach.pipeline.settings import Settings
from kehoach.pipeline.versions import extractor_version
from kehoach.schemas.errors import ClusterUnavailable, NotReadable
from kehoach.schemas.records import File

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["Cluster"]

_ADDRESS = re.compile(r"(?:(?:tcp|tls|ucx|ws|wss)://)?(?:\[[0-9a-fA-F:.]+\]|[^\s/:]+):\d{1,5}")
_TO_ANSWER = 8  # seconds for the scheduler
_TO_APPEAR = 60  # seconds for a worker, where there is none
_LOOK_EVERY = 1  # second between two looks whether there is one
_FEWEST, _MOST = 16, 256  # files that are sent at once; twice the threads of the cluster lies between


class Cluster:
    """Reads files on the workers of a Dask scheduler while it is open; to be iterated once.

    Raises ClusterUnavailable where the scheduler cannot be reached or goes away, where it has no workers, and where
    these are not of our version.
    """

    def __init__(
        self,
        scheduler: str,
        paths: Sequence[Input],
        settings: Settings,
        workspace: Path | None,
        keep: Keep | None = None,
    ) -> None:
        self.paths = paths
        self._scheduler = scheduler
        self._keep = keep
        extractor = extractor_version(settings, workspace)
        self._brief = Brief(settings, vocabulary_of(workspace), reading.EXTRACT, extractor)
        self._open = ExitStack()
        self._futures: list[Future[Found]] = []

    def __enter__(self) -> Self:
        if self.paths:
            with ExitStack() as opened:
                self._client = opened.enter_context(_connected(self._scheduler))
                self._executor = self._client.get_executor(pure=False)
                self._senders = ThreadPoolExecutor(min(max(2 * self._threads(), _FEWEST), _MOST))
                opened.callback(self._stop)
                self._futures = [self._senders.submit(self._read, path) for path in self.paths]
                self._open = opened.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    def __iter__(self) -> Iterator[Found]:
        for future in self._futures:
            seen = time.monotonic()  # when there was a worker, so far
            while wait([future], _LOOK_EVERY).not_done:
                if self._threads():
                    seen = time.monotonic()
                elif time.monotonic() > seen + _TO_APPEAR:
                    raise ClusterUnavailable(
                        f"the scheduler at {self._scheduler} has had no workers for {_TO_APPEAR} seconds; start some "
                        f"with: dask worker {self._scheduler}"
                    )
            yield future.result()

    def rest(self, start: int) -> list[Found]:
        """Stop, and give what there is from this file on; files that were not read to their end are `interrupted`."""
        self._open.close()
        return [
            future.result() if not future.cancelled() and future.exception() is None else interrupted(path)
            for path, future in zip(self.paths[start:], self._futures[start:], strict=True)
        ]

    def _stop(self) -> None:
        self._senders.shutdown(wait=False, cancel_futures=True)
        self._executor.shutdown(wait=False)
        self._senders.shutdown()

    def _threads(self) -> int:
        """How many files the cluster can read at once now."""
        try:
            return sum(self._client.nthreads().values())
        except OSError as error:
            raise self._gone() from error

    def _gone(self) -> ClusterUnavailable:
        return ClusterUnavailable(
            f"the scheduler at {self._scheduler} is gone; what was read is kept, run again for the rest"
        )

    def _read(self, path: Input) -> Found:
        """Send a file and wait for what it comes to; many threads do so at once."""
        name = input_name(path)
        try:
            with at_hand(path, self._brief.settings) as file:
                data = reading.taken(file, self._brief.settings)
                is_folder = reading.is_folder(file, self._brief.settings)
            found = self._sent(Errand(data, file.name, name, is_folder))
        except NotReadable as error:
            found = Found(File(source=name, status=error.status, message=reading.shown(str(error))))
        return self._keep(found) if self._keep is not None else found

    def _sent(self, errand: Errand) -> Found:
        from distributed import KilledWorker  # noqa: PLC0415 - see kehoach --help

        try:
            found: Found = self._executor.submit(read_on_worker, errand, self._brief).result()
        except KilledWorker as error:
            raise NotReadable("every Dask worker that was to read it ended", "error") from error
        except (OSError, MemoryError) as error:
            raise NotReadable(f"the Dask worker could not have it read: {error or 'no memory'}", "error") from error
        except ClusterUnavailable:
            raise
        except CancelledError as error:
            raise self._gone() from error
        except Exception as error:  # whatever a machine lacks: all other files would meet it too
            raise ClusterUnavailable(
                f"the cluster cannot read ({type(error).__name__}: {reading.shown(str(error))}); install the same "
                "packages on the machines of the scheduler and of all workers"
            ) from error
        return found


@contextmanager
def _connected(scheduler: str) -> Iterator[Client]:
    try:
        import dask  # noqa: PLC0415 - an extra
        from distributed import Client  # noqa: PLC0415
    except ImportError as error:
        raise ClusterUnavailable("--scheduler needs Dask: pip install 'kehoach[cluster]'") from error
    if not _ADDRESS.fullmatch(scheduler):
        raise ClusterUnavailable(f"{scheduler} is no address of a Dask scheduler, as tcp://10.0.0.5:8786 is one")
    large = {"distributed.admin.large-graph-warning-threshold": "1 GiB"}  # a scan has some 10 MB
    with _silent("distributed", "distributed.client"), dask.config.set(large):
        try:
            client = Client(scheduler, timeout=_TO_ANSWER, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ClusterUnavailable(f"no Dask scheduler answers at {scheduler}: {error}") from error
        try:
            yield client
        finally:
            client.close()


@contextmanager
def _silent(*names: str) -> Iterator[None]:
    """Nothing on the terminal from these loggers: what Dask shows of a lost connection, with traces, is said here."""
    handlers = [handler for name in names for handler in logging.getLogger(name).handlers]
    levels = [handler.level for handler in handlers]
    for handler in handlers:
        handler.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for handler, level in zip(handlers, levels, strict=True):
            handler.setLevel(level)
