"""Who may do what in Redis: each role on a server that enforces it, by TLS, all the way."""

import hashlib
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoPermissionError

from hotline import cli_doctor_stores as doctor
from hotline import engine, keys, steward, wiring_book, wiring_steward, wiring_stores
from hotline.cli_keys import main as hotline_keys
from hotline.conversation.report import Kept
from hotline.demo import free_port
from hotline.intake import typed
from hotline.intake.errors import Mistaken, Unavailable
from hotline.settings import Settings
from hotline.stores import rights
from hotline.stores.link import WAIT, Link, Script, client
from tests.line import NOW, TestLine

KIT = Path(__file__).parents[2] / "docs" / "deploy" / "redis"
SYSTEMS = shutil.which("redis-server")
ROLES = ("web", "worker", "steward", "desk", "command")
REPORT = "0" * 31 + "1"


class Far:
    """Two servers that other machines reach: TLS alone, and nobody without a name."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.made = folder, folder / "made"
        _authority(folder)
        ports = [free_port("127.0.0.1", 0) for _ in range(2)]
        places = [f"localhost:{port}" for port in ports]
        given = ("--durable", places[0], "--fleeting", places[1], "--into", str(self.made))
        assert hotline_keys(["redis", *given]) == 0
        self.running = [
            self._start(name, port)
            for name, port in zip(("durable", "fleeting"), ports, strict=True)
        ]
        self.base = {
            **keys.new_keys(),
            "HOTLINE_PUBLIC_URL": "https://line.example",
            "HOTLINE_DATABASE_URL": f"sqlite:///{folder}/book.db",
            "HOTLINE_SPOOL_DIR": str(folder / "spool"),
            "HOTLINE_REDIS_CA": str(folder / "ca.pem"),
            "TWILIO_AUTH_TOKEN": "0123456789abcdef" * 2,
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_API_BASE": "none",
        }
        self.by_role = {role: self.settings(role) for role in ROLES}

    def settings(self, role: str, **more: str) -> Settings:
        """What a process of that role is given."""
        files = {f"{p.name}_FILE": str(p) for p in (self.made / role).iterdir()}
        return Settings.from_env({**self.base, **files, **more})

    def durable(self, role: str) -> Link:
        return Link(self.by_role[role].durable_redis_url, "durable")

    def _start(self, name: str, port: int) -> "subprocess.Popen[bytes]":
        text = (KIT / "tls.conf").read_text().replace("/etc/hotline/tls", str(self.folder))
        conf = self.folder / f"{name}-tls.conf"
        conf.write_text(text.replace("tls-port 6379", f"tls-port {port}"))
        (data := self.folder / name).mkdir()
        unix = ("--unixsocket", str(self.folder / f"{name}.sock"), "--dir", str(data))
        acl = ("--aclfile", str(self.made / f"{name}.acl"), "--bind", "127.0.0.1")
        command = (str(SYSTEMS), str(KIT / f"{name}.conf"), "--include", str(conf), *unix, *acl)
        started = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for _ in range(200):
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return started
            assert started.poll() is None, "the server does not take its settings"
            sleep(0.02)
        raise AssertionError(name)


def _authority(folder: Path) -> None:
    """An authority of our own, and the servers' certificate from it, for `localhost`."""
    new = ("openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "2")
    ca = ("-keyout", f"{folder}/ca.key", "-out", f"{folder}/ca.pem", "-subj", "/CN=authority")
    server = ("-keyout", f"{folder}/redis.key", "-out", f"{folder}/redis.pem", "-subj", "/CN=h")
    names = ("-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=CA:FALSE")
    by = ("-CA", f"{folder}/ca.pem", "-CAkey", f"{folder}/ca.key")
    for more in (ca, (*server, *names, *by)):
        subprocess.run((*new, *more), check=True, capture_output=True)


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Far]:
    if not SYSTEMS or not shutil.which("openssl"):
        pytest.skip("redis-server and openssl: apt install redis-server openssl")
    made = Far(tmp_path_factory.mktemp("far"))
    yield made
    for each in made.running:
        each.terminate()
        each.wait()


class Apart(TestLine):
    """The callers' side, the worker and the steward, each as somebody else."""

    def __init__(self, far: Far) -> None:
        super().__init__(far.by_role["web"])
        self.desk = wiring_book.handover_desk(far.by_role["worker"])
        self._receipts_in = wiring_book.receipts_in(far.by_role["worker"])
        self._answers_out = wiring_steward.answers_out(far.by_role["steward"])


def test_a_report_goes_its_whole_way_though_each_role_may_only_do_its_own(far: Far) -> None:
    line = Apart(far)
    line.text("hom qua bat 3 nguoi o ga shin okubo")
    assert "0000 0000" not in line.text("MA")  # a code, and no stand-in for one
    line.text("XONG")
    (tip,) = line.tips()
    assert "shin okubo" in tip.narrative
    name = "p" * 43
    page = line.client.post("/", data={"chat": name, "turn": name, "step": "0", "words": "alo"})
    assert page.status_code == 200
    for duty in steward.duties(far.by_role["steward"]):
        duty.act(int(NOW.timestamp()))
    for stage in wiring_book.stages(far.by_role["worker"]):
        stage()
    clerk = wiring_book.clerk(far.by_role["desk"])
    assert clerk is not None
    assert typed.take(clerk, b"f" * 32, (Kept("said", "ga ueno"),), NOW, "vi", True).code
    assert {tip.channel for tip in line.tips()} == {"sms", "operator"}
    line.book.casebook.erase(typed.tip_of(b"f" * 32))
    seen = wiring_book.figures(far.by_role["desk"])()
    assert (seen.account.accepted, seen.account.filed, seen.account.adrift) == (2, 2, 0)
    assert seen.opened
    assert (seen.opened.free, seen.opened.worked, seen.opened.waits) == (1, 0, 0)
    line.text("XOA")
    assert line.tips() == []
    line.break_stores()
    line.text("hom qua bat 3 nguoi o ga kamata", sender="+840000000002")
    assert wiring_stores.bring_in(far.by_role["steward"], far.durable("steward"))() == 1
    assert len(line.tips()) == 1


@pytest.mark.parametrize("role", ["web", "worker", "steward", "desk"])
@pytest.mark.parametrize("command", ["FLUSHALL", "KEYS *", "CONFIG SET save x", "SHUTDOWN"])
def test_no_process_may_run_a_command_that_harms_or_lists(
    far: Far, role: str, command: str
) -> None:
    found: Any = client(far.by_role[role].durable_redis_url, WAIT)
    with pytest.raises(NoPermissionError):
        found.execute_command(*command.split())


@pytest.mark.parametrize("role", ["web", "steward", "desk"])
def test_only_the_worker_takes_out_what_was_sealed(far: Far, role: str) -> None:
    far.durable("command").call("RPUSH", f"hl:p:{REPORT}", "sealed")
    with pytest.raises(NoPermissionError):
        client(far.by_role[role].durable_redis_url, WAIT).lrange(f"hl:p:{REPORT}", 0, -1)
    smuggled = Script("return redis.call('LRANGE', ARGV[1], 0, -1)")
    with pytest.raises(Unavailable):  # nor by a script of its own
        far.durable(role).run(smuggled, [], [f"hl:p:{REPORT}"])
    assert far.durable("worker").call("LRANGE", f"hl:p:{REPORT}", 0, -1) == [b"sealed"]
    far.durable("command").call("DEL", f"hl:p:{REPORT}")


def test_only_web_and_steward_are_known_where_the_keys_of_the_day_lie(far: Far) -> None:
    known = Link(far.by_role["command"].fleeting_redis_url, "fleeting").call("ACL", "USERS")
    assert {each.decode() for each in known} == {"command", "default", "steward", "web"}
    nobody = far.by_role["web"].fleeting_redis_url.replace("web:", "worker:")
    with pytest.raises(RedisConnectionError):
        client(nobody, WAIT).ping()


def test_the_doctor_finds_nothing_wrong_and_then_each_thing_that_was_made_wrong(far: Far) -> None:
    command, url = far.durable("command"), far.by_role["command"].durable_redis_url
    assert doctor.allowed(command, "durable", url) == ""
    assert doctor.clock(command) == ""
    command.call("ACL", "SETUSER", "web", "%R~hl:p:*")
    assert "web may LRANGE hl:p:x 0 -1" in doctor.allowed(command, "durable", "rediss://far")
    command.call("ACL", "SETUSER", "desk", "-hgetall")
    assert "desk may not HGETALL hl:totals" in doctor.allowed(command, "durable", "rediss://far")
    command.call("ACL", "SETUSER", "default", "on", "nopass", "+@all", "~*")
    assert "user default" in doctor.allowed(command, "durable", "rediss://far")
    command.call("ACL", "LOAD")  # as the file has them; whoever was changed is hung up on
    assert doctor.allowed(far.durable("command"), "durable", url) == ""
    assert "may not look" in doctor.allowed(far.durable("web"), "durable", url)


def test_the_doctor_tells_why_a_server_is_silent(far: Far) -> None:
    url = far.by_role["web"].durable_redis_url
    assert "password" in doctor.silence(url.replace("web:", "web:no"))
    assert "HOTLINE_REDIS_CA" in doctor.silence(url.partition("?")[0])
    assert "HOTLINE_REDIS_CA" in doctor.silence(url.replace("localhost", "127.0.0.1"))
    assert "does not answer" in doctor.silence("unix:///nowhere.sock")


def test_a_wire_without_tls_is_a_fault_between_machines_only() -> None:
    assert doctor.wire("unix:///run/redis.sock") == (True, "")
    assert doctor.wire("rediss://web:x@redis.example:6379/0") == (True, "")
    assert doctor.wire("redis://redis-durable:6379/0")[0]
    assert not doctor.wire("redis://10.0.0.5:6379/0")[0]
    assert not doctor.wire("redis://redis.example:6379/0")[0]


def test_a_case_book_that_is_away_is_told_with_its_remedy(tmp_path: Path) -> None:
    away = f"postgresql://hotline@/book?host={tmp_path}"
    assert "PostgreSQL does not answer" in doctor.case_book(away)
    assert "look at the path" in doctor.case_book(f"sqlite:///{tmp_path}/no/such/book.db")


def test_a_database_on_another_machine_wants_a_certificate_that_is_looked_at() -> None:
    far, closed = "postgresql://h@db.example/book", "?sslmode=verify-full"
    assert "sslmode" in doctor.database_wire(far)
    assert "sslmode" in doctor.database_wire(f"{far}?sslmode=require")
    assert doctor.database_wire(far + closed) == ""
    assert doctor.database_wire("postgresql://h@/book?host=/run/postgresql") == ""


def test_what_redis_cannot_be_is_told_without_its_password() -> None:
    for url in ("redis+sentinel://:secret@h:26379", "http://h", "redis://:secret@h:port"):
        with pytest.raises(Mistaken, match="HOTLINE_DURABLE_REDIS_URL") as told:
            Link(url, "durable")
        assert "secret" not in str(told.value)


def test_certificates_that_cannot_be_read_are_named_and_passwords_never_print(far: Far) -> None:
    assert "web:" not in repr(far.by_role["web"])
    with pytest.raises(Mistaken, match="HOTLINE_REDIS_CA"):
        far.settings("web", HOTLINE_REDIS_CA="/nowhere.pem")
    with pytest.raises(Mistaken, match="HOTLINE_REDIS_KEY"):
        far.settings("web", HOTLINE_REDIS_CERT="/etc/hostname")


def test_the_kits_rights_are_those_of_this_release_and_let_nobody_in_as_they_are() -> None:
    for name, rules in (("durable", rights.DURABLE), ("fleeting", rights.FLEETING)):
        assert (KIT / f"{name}.acl").read_text() == rights.acl(rules, {})
    assert hashlib.sha256(b"").hexdigest() not in rights.acl(rights.DURABLE, {})


def test_a_name_that_moved_is_followed_though_the_old_server_still_answers(tmp_path: Path) -> None:
    """The old one became a replica: it reads, and refuses to write."""
    servers = [engine.durable(tmp_path / name) for name in ("a", "b")]
    name = tmp_path / "name.sock"
    write = Script("return redis.call('SET', 'x', ARGV[1])")
    running = [subprocess.Popen(each.command, stdout=subprocess.DEVNULL) for each in servers]
    try:
        for each in servers:
            engine.wait_for(each)
        name.symlink_to(servers[0].socket)
        link = Link(f"unix://{name}", "durable")
        link.run(write, [], ["1"])
        Link(servers[0].url, "durable").call("REPLICAOF", "127.0.0.1", "1")
        name.unlink()
        name.symlink_to(servers[1].socket)
        with pytest.raises(Unavailable):
            link.run(write, [], ["2"])
        link.run(write, [], ["3"])
        assert Link(servers[1].url, "durable").call("GET", "x") == b"3"
    finally:
        for process_ in running:
            process_.kill()
            process_.wait()


def test_new_passwords_are_never_written_over_old_ones(tmp_path: Path) -> None:
    given = ["redis", "--durable", "h:1", "--fleeting", "h:2", "--into", str(tmp_path)]
    with pytest.raises(Mistaken, match="there already"):
        hotline_keys(given)
    with pytest.raises(SystemExit):
        hotline_keys([*given[:2], "h", *given[3:]])
