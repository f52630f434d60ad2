"""`hotline doctor` on the audit: whole, broken, and away."""

from dataclasses import replace
from pathlib import Path

from hotline import wiring_book
from hotline.cli_doctor import Finding, findings
from hotline.process import japan_now
from hotline.settings import Settings
from hotline.stores.database import open_engine
from tests.stores.test_audit import past_us


def finding(settings: Settings, part: str) -> Finding:
    return next(found for found in findings(settings) if found.part == part)


def test_a_broken_chain_is_a_fault_with_its_line_and_its_remedy(settings: Settings) -> None:
    audit = wiring_book.database(settings).audit
    for _ in range(3):
        audit.write("lan", "login", "", japan_now())
    assert finding(settings, "audit") == Finding("audit", True)
    past_us(open_engine(settings.database_url), "UPDATE audit SET act = 'x' WHERE number = 2")
    found = finding(settings, "audit")
    assert not found.ok
    assert "line 2 of 3" in found.remedy
    assert "docs/runbook.md" in found.remedy


def test_an_audit_that_cannot_be_read_is_a_fault(settings: Settings, tmp_path: Path) -> None:
    away = replace(settings, database_url=f"sqlite:///{tmp_path}/no/such/book.db")
    assert not finding(away, "audit").ok
