"""Plans and outputs behind URIs: a bucket of an S3 server that is a process of its own, and `file://`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest
from pyarrow.fs import FileSelector, FileType, S3FileSystem

from kehoach.pipeline import run
from kehoach.schemas.arrow import RECORDS
from kehoach.schemas.errors import OutputUnavailable
from kehoach.schemas.storage import Storage, plain_uri
from tests.conftest import Command
from tests.corpus import ROOT, SAMPLES

pytest.importorskip("moto")

_SERVE = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""
_NAMES = {"u1_ia_krong_pah.txt": "kế hoạch 100% #1?.txt", "u1_muong_tinh.txt": "sub/a%20b + c&d=e.txt"}


class Server(NamedTuple):
    port: int
    files: S3FileSystem

    def uri(self, path: str, login: str = "") -> str:
        return f"s3://{login}{path}?endpoint_override=127.0.0.1:{self.port}&scheme=http"

    def objects(self, folder: str) -> dict[str, int]:
        """When each object was written."""
        found = self.files.get_file_info(FileSelector(folder, recursive=True))
        return {one.path: one.mtime_ns for one in found if one.type == FileType.File}


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    command = [sys.executable, "-c", _SERVE]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        files = S3FileSystem(
            access_key="key",
            secret_key="secret",
            endpoint_override=f"127.0.0.1:{port}",
            scheme="http",
            region="us-east-1",
            allow_bucket_creation=True,
        )
        files.create_dir("bucket")
        yield Server(port, files)
        process.kill()


@pytest.fixture
def server(served: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server, and the credentials as people give them."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    return served


def put(server: Server, source: Path, to: str) -> None:
    with server.files.open_output_stream(to) as stream:
        stream.write(source.read_bytes())


def ask_for_credentials(server: Server, after: str) -> None:
    """The server does not look at them but after so many requests."""
    address = f"http://127.0.0.1:{server.port}/moto-api/reset-auth"
    told = urllib.request.Request(address, after.encode(), {"Content-Type": "text/plain"}, method="POST")
    urllib.request.urlopen(told).close()


def test_a_run_from_a_bucket_into_a_bucket(server: Server, kehoach: Command, tmp_path: Path) -> None:
    sources = {}
    for name, called in _NAMES.items():
        (tmp_path / "plans" / called).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SAMPLES / name, tmp_path / "plans" / called)
        put(server, SAMPLES / name, f"bucket/plans/{called}")
        sources[called] = plain_uri(f"s3://bucket/plans/{called.replace('%', '%25').replace('?', '%3F')}")
    put(server, SAMPLES / "u1_muong_tinh.txt", "bucket/plans/.hidden.txt")
    run(["plans"], "local")
    plans, out = server.uri("bucket/plans"), server.uri("bucket/outputs")

    ended = kehoach("run", plans, "-o", out, "-q")
    assert (ended.status, ended.err) == (0, "")
    for name in RECORDS:
        near = json.dumps(pq.read_table(f"local/{name}.parquet").to_pylist(), default=str, ensure_ascii=False)
        for called, uri in sources.items():
            near = near.replace(f"plans/{called}", uri)
        with server.files.open_input_file(f"bucket/outputs/{name}.parquet") as file:
            far = json.dumps(pq.read_table(file).to_pylist(), default=str, ensure_ascii=False)
        assert far == near, name
    assert not [name for name in server.objects("bucket/outputs") if "/.writing/" in name]

    before = server.objects("bucket")
    ended = kehoach("run", plans, "-o", out)
    assert (ended.status, server.objects("bucket")) == (0, before)
    assert "nothing new; 2 of 2 files were read before" in ended.err

    put(server, SAMPLES / "u2_ia_kluh.txt", "bucket/plans/new.txt")
    ended = kehoach("run", plans, "-o", out)
    assert (ended.status, "2 of 3 files were read before" in ended.err) == (0, True)
    after = server.objects("bucket")
    assert all(after[name] == at for name, at in before.items() if "/plans/" in name)
    (uri, *_) = sources.values()  # a name of the tables is a URI too
    ended = kehoach("run", server.uri(uri.removeprefix("s3://")), "-o", out)
    assert (ended.status, "1 of 1 files were read before" in ended.err) == (0, True)


@pytest.mark.usefixtures("fake_reader")
def test_other_commands_read_a_bucket_too(server: Server, kehoach: Command, folder: Path) -> None:
    out = server.uri("bucket/others")
    kehoach("run", folder, "-o", out)
    kehoach("run", folder, "-o", "near")
    far, near = kehoach("due", out, "--as-of", "2026-11-30"), kehoach("due", "near", "--as-of", "2026-11-30")
    assert (far.status, far.out) == (near.status, near.out) == (0, near.out)
    assert kehoach("export", out, "far.xlsx").status == kehoach("report", out).status == 0
    ended = kehoach("due", server.uri("bucket/none"))
    assert (ended.status, ended.err) == (
        2,
        "kehoach: s3://bucket/none holds no tables of a run; make them with: kehoach run\n",
    )


def test_a_run_as_a_user_starts_it(server: Server, tmp_path: Path) -> None:
    put(server, SAMPLES / "u1_muong_tinh.txt", "bucket/own/a.txt")
    environment = os.environ | {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.port}",
        "PYTHONPATH": str(ROOT / ".dev"),
    }
    command = [sys.executable, "-m", "kehoach.cli", "run", "s3://key:secret@bucket/own", "-o", str(tmp_path / "out")]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (ended.returncode, "secret" in ended.stdout + ended.stderr) == (0, False)
    files = pq.read_table(tmp_path / "out" / "files.parquet").to_pylist()
    assert [file["source"] for file in files] == ["s3://bucket/own/a.txt"]


@pytest.mark.usefixtures("fake_reader")
def test_outputs_among_the_inputs_are_no_inputs(server: Server, kehoach: Command, folder: Path) -> None:
    put(server, folder / "a.md", "bucket/among/a.md")
    for _ in range(2):
        ended = kehoach("run", server.uri("bucket/among"), "-o", server.uri("bucket/among/out"), "--format", "json")
        assert ended.status == 0


@pytest.mark.usefixtures("fake_reader")
def test_too_large_an_object_is_not_fetched(server: Server, kehoach: Command, tmp_path: Path) -> None:
    (tmp_path / "dump.txt").write_bytes(b"plan " + bytes(2**20))
    put(server, tmp_path / "dump.txt", "bucket/large/dump.txt")
    ended = kehoach("run", server.uri("bucket/large"), "-o", "out", "--limit", "size=1")
    assert (ended.status, "s3://bucket/large/dump.txt: limit: larger than 1 MB" in ended.err) == (3, True)


def test_what_is_not_there(server: Server, kehoach: Command, folder: Path) -> None:
    start = time.monotonic()
    nobody = "?endpoint_override=127.0.0.1:9&scheme=http"
    for arguments, status, message in (
        ([server.uri("bucket/nothing"), "-o", "out"], 2, "no such file or folder: s3://bucket/nothing\n"),
        ([server.uri("nobucket/plans"), "-o", "out"], 2, "no such file or folder: s3://nobucket/plans\n"),
        ([folder, "-o", server.uri("nobucket/out")], 4, "cannot use s3://nobucket/out: Bucket 'nobucket' not found"),
        ([f"s3://key:secret@bucket/plans{nobody}", "-o", "out"], 2, "cannot read s3://bucket/plans: "),
        ([folder, "-o", f"s3://key:secret@bucket/out{nobody}"], 4, "cannot use s3://bucket/out: "),
        (["s3://key:secret@bucket/plans?x=y", "-o", "out"], 2, "cannot open s3://bucket/plans: "),
        ([folder, "-o", "nothing://key:secret@x/y"], 4, "cannot open nothing://x/y: "),
    ):
        ended = kehoach("run", *arguments)
        assert (ended.status, message in ended.err, "secret" in ended.err) == (status, True, False), ended.err
    assert time.monotonic() < start + 30


def test_wrong_credentials(server: Server, kehoach: Command, folder: Path) -> None:
    put(server, folder / "a.md", "bucket/locked/a.md")
    ask_for_credentials(server, "0")
    try:
        read = kehoach("run", server.uri("bucket/locked", "wrong:secret@"), "-o", "out")
        written = kehoach("run", folder, "-o", server.uri("bucket/out", "wrong:secret@"))
    finally:
        ask_for_credentials(server, "inf")
    assert (read.status, "cannot read s3://bucket/locked: " in read.err) == (2, True)
    assert (written.status, "cannot use s3://bucket/out: " in written.err) == (4, True)
    assert "secret" not in read.err + written.err


@pytest.mark.usefixtures("fake_reader")
def test_files_by_their_uris(kehoach: Command, folder: Path, tmp_path: Path) -> None:
    (folder / "kế hoạch 1#2.txt").write_text("plan ba")
    ended = kehoach("run", folder.as_uri(), "-o", (tmp_path / "ra #1").as_uri(), "-q")
    assert ended.status == 1
    sources = pq.read_table(tmp_path / "ra #1" / "documents.parquet")["source"].to_pylist()
    assert f"file://{folder.as_posix()}/kế%20hoạch%201%232.txt" in sources
    ended = kehoach("run", *sources, "-o", (tmp_path / "ra #1").as_uri())
    assert "3 of 3 files were read before" in ended.err


@pytest.mark.parametrize(
    ("uri", "plain"),
    [
        ("s3://bucket", "s3://bucket"),
        ("s3://key:a%2Fb@bucket/x/?region=y", "s3://bucket/x"),
        ("s3://bucket/K%E1%BA%BF hoạch 100%.txt", "s3://bucket/Kế%20hoạch%20100%25.txt"),
        ("s3://bucket/a#1.txt", "s3://bucket/a%231.txt"),
    ],
)
def test_the_plain_form_of_a_uri(uri: str, plain: str) -> None:
    assert plain_uri(uri) == plain
    assert plain_uri(plain) == plain


def test_storage_in_a_bucket(server: Server) -> None:
    storage = Storage(server.uri("bucket/store"))
    storage.make("plans")
    before = server.objects("bucket/store")
    storage.make("plans")
    storage.clear("nothing")
    assert server.objects("bucket/store") == before
    assert storage.read("plans/none.json") is None
    assert storage.names("nothing") == []
    storage.write("plans/kế 100% #?.json", b"x")
    storage.move("plans/kế 100% #?.json", "plans/b c.json")
    assert storage.names("plans") == ["plans/b c.json"]
    storage.delete("plans/none.json")
    storage.clear("plans")
    assert storage.names("plans") == []
    with pytest.raises(OutputUnavailable, match="cannot use s3://bucket/store"):
        storage.read("a//b")
