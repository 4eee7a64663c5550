"""Can this machine, or a served address, do the app's work?"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from vizcore.cli.report import AsJson, Report
from vizcore.i18n import _

if TYPE_CHECKING:
    from vizcore.doctor import Finding


def doctor(
    url: Annotated[str | None, typer.Option(help="A served address, checked through its proxy.")] = None,
    insecure: Annotated[bool, typer.Option("--insecure", help="Accept the address's own certificate.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check this installation, or the address of a served one; each failure with its remedy."""
    from vizcore.doctor import Served, examine, examine_served
    from vizcore.settings import current

    report = Report("doctor", as_json=as_json)
    with report.about(url):
        findings = examine_served(Served(url, verify=not insecure)) if url else examine(current())
        report.failed = not all(each.ok for each in findings)
        report.show(url, {"checks": [asdict(each) for each in findings]}, _text(findings))
    report.finish()


def _text(findings: list[Finding]) -> str:
    width = max(len(each.name) for each in findings)
    lines = (f"{'ok  ' if each.ok else 'FAIL'} {each.name:<{width}}  {each.detail}" for each in findings)
    remedies = (f"  {each.name}: {_(each.remedy)}" for each in findings if not each.ok)
    return "\n".join([*lines, *remedies])
