"""A real Request Tracker 5 for the tests: database, queue, least rights, server."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest

from hotline.intake.sinks import Trouble
from hotline.sinks.http import Client

HOME = Path("/usr/share/request-tracker5")
INSTALL = (
    "apt-get install --no-install-recommends msmtp-mta dbconfig-no-thanks rt5-db-sqlite "
    "rt5-standalone request-tracker5"
)
SITE = """
Set($rtname,'test'); Set($Organization,'test.invalid');
Set($DatabaseType,'SQLite'); Set($DatabaseName,"$ENV{RT_TEST_DIR}/rt.db");
Set($DatabaseUser,''); Set($DatabasePassword,''); Set($DatabaseAdmin,'');
Set($WebDomain,'127.0.0.1'); Set($WebPort,PORT); Set($WebPath,'');
Set($WebBaseURL,'http://127.0.0.1:PORT'); Set($WebURL,'http://127.0.0.1:PORT/');
Set($MailCommand,'testfile'); Set($LogToSyslog,undef); Set($LogToSTDERR,'warning');
Set($Timezone,'UTC');
1;
"""
SCRIP = r"""
our @Scrips = ({ Queue => 'Hotline', Description => 'Tell the hotline', Template => 'Blank',
  ScripCondition => 'On Status Change', ScripAction => 'User Defined',
  CustomPrepareCode => 'return 1;', CustomCommitCode => <<'CODE' });
SCRIP_CODE
CODE
"""
DATA = r"""
our @Queues = ({ Name => 'Hotline', Description => 'Tips' });
our @Users = ({ Name => 'hotline', Password => 'synthetic-word', Privileged => 1 });
our @CustomFields = (
  { Name => 'Tip ID', Type => 'FreeformSingle', Queue => ['Hotline'], UniqueValues => 1 },
  { Name => 'Event', Type => 'SelectSingle', Queue => ['Hotline'],
    Values => [ map { { Name => $_ } } qw(arrest missing) ] },
  { Name => 'Station', Type => 'FreeformSingle', Queue => ['Hotline'] },
  { Name => 'Person', Type => 'TextSingle', Queue => ['Hotline'] },
);
our @ACL = map { { UserId => 'hotline', Queue => 'Hotline', Right => $_ } } qw(
  SeeQueue CreateTicket ShowTicket CommentOnTicket SeeCustomField SetInitialCustomField
  ModifyCustomField ModifyTicket ShowTicketComments);
push @ACL, { UserId => 'hotline', Right => 'ManageAuthTokens' };
our @Final = (sub {
  my $user = RT::User->new(RT->SystemUser); $user->Load('hotline');
  my (undef, undef, $token) = RT::AuthToken->new(RT->SystemUser)
    ->Create(Owner => $user->Id, Description => 'hotline');
  open my $f, '>', "$ENV{RT_TEST_DIR}/token" or die; print $f $token; close $f;
});
"""


@dataclass(frozen=True)
class Tracker:
    """Where it listens, and a client with the account's token."""

    url: str
    token: str

    @property
    def client(self) -> Client:
        return Client(self.url, {"Authorization": f"token {self.token}"}, inside=True)


def why_not() -> str:
    """Why no Request Tracker can run here, or nothing."""
    if not (HOME / "libexec/rt-server").exists():
        return f"no Request Tracker here: {INSTALL}"
    if os.getuid() != 0:
        return "Request Tracker writes to /var/cache: these tests run as root"
    return ""


@contextmanager
def running(folder: Path, scrip: str) -> Iterator[Tracker]:
    """A fresh one on a free port, with a scrip for changes of status."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    (folder / "site.d").mkdir()
    (folder / "RT_SiteConfig.pm").write_text(SITE.replace("PORT", port))
    (folder / "hotline.pl").write_text(SCRIP.replace("SCRIP_CODE", scrip) + DATA, "utf-8")
    env = {
        **os.environ,
        "RT_TEST_DIR": str(folder),
        "RT_SITE_CONFIG": str(folder / "RT_SiteConfig.pm"),
        "RT_SITE_CONFIG_DIR": str(folder / "site.d"),
    }
    setup = shutil.which("rt-setup-database-5") or "/usr/sbin/rt-setup-database-5"
    _do(env, setup, "--action", "init", "--skip-create")
    data = str(folder / "hotline.pl")
    _do(env, setup, "--action", "insert", "--skip-create", "--datafile", data)
    command = ("perl", "libexec/rt-server", "--server", "Starlet", "--host", "127.0.0.1")
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            (*command, "--port", port, "--max-workers", "2"),
            cwd=HOME,
            env=env,
            stdout=log,
            stderr=log,
        )
    try:
        tracker = Tracker(f"http://127.0.0.1:{port}", (folder / "token").read_text())
        _wait(tracker, server)
        yield tracker
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _do(env: Mapping[str, str], *words: str) -> None:
    done = subprocess.run(words, cwd=HOME, env=env, capture_output=True, timeout=90, check=False)
    if done.returncode:
        pytest.fail(done.stderr.decode("utf-8", "replace")[-2000:])


def _wait(tracker: Tracker, server: "subprocess.Popen[bytes]") -> None:
    end = monotonic() + 60
    while monotonic() < end and server.poll() is None:
        try:
            if tracker.client.call("GET", "/REST/2.0/queue/Hotline").status == 200:
                return
        except Trouble:
            sleep(0.2)
    pytest.fail("Request Tracker does not start")
