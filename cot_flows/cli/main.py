"""The command line's entry: the list of commands, and how it ends."""

import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version

from cyclopts import App, CycloptsError
from rich.markup import escape

from cot_flows.bootstrap.plain import plainly
from cot_flows.cli import (
    access,
    administering,
    attesting,
    audit_reporting,
    auditing,
    calendars,
    demonstrating,
    deploying,
    differing,
    doctoring,
    explaining,
    freshness,
    handing_over,
    holding,
    noticing,
    policies,
    reading,
    recording,
    redacting,
    replaying,
    retaining,
    reviewing,
    sealing,
    showing_events,
    sweeping,
    witnessing,
    working,
)
from cot_flows.cli.exits import EXPECTED, INTERRUPTED, USAGE, exit_code
from cot_flows.cli.remarks import brief, require_readable
from cot_flows.cli.session import told

app = App(
    name="cot",
    version=lambda: version("cot-flows"),
    help="Stewardship of central office transformation: an immutable record of what changed, "
    "each unit's progress, and reviews that start by themselves.\n\n"
    "Without COT_DATABASE_URL the program runs its own PostgreSQL in COT_HOME. Begin with "
    "`cot demo`, or `cot init NAME`.",
    help_epilogue="Exit codes: 0 done · 1 found wrong · 64 usage · 65 refused, nothing recorded · "
    "66 unknown · 69 database unavailable · 75 lost a race, try again · 130 interrupted.",
)
COMMANDS: dict[str, tuple[Callable[..., int | None], ...]] = {
    "Begin": (administering.init, demonstrating.demo, demonstrating.up),
    "Ask": (
        reading.units,
        reading.unit,
        reading.timeline,
        freshness.freshness,
        reading.reviews,
        reading.agenda,
        calendars.calendar,
        showing_events.events,
        handing_over.handover,
        differing.diff,
        replaying.replay,
    ),
    "Work": (
        sweeping.sweep,
        working.project,
        working.rebuild,
        working.verify,
        attesting.attest,
        sealing.seal,
    ),
    "Look after": (
        doctoring.doctor,
        administering.backup,
        administering.restore,
        deploying.deploy,
    ),
}
auditing.audit.command(audit_reporting.report)
for group, functions in COMMANDS.items():
    for function in functions:
        app.command(function, group=group)
for sub_app in (
    recording.record,
    reviewing.review,
    noticing.notices,
    working.imports,
    policies.policy,
    explaining.why,
    sealing.keys,
    auditing.audit,
    witnessing.witness,
    administering.db,
    redacting.redact,
    holding.hold,
    retaining.retention,
):
    app.command(sub_app)
app.command(access.access, name="access-log", group="Look after")


def run(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit; errors that a user can act on are one message, never a trace."""
    sys.exit(outcome(arguments))


def outcome(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        require_readable(sys.argv[1:] if arguments is None else arguments)
        done = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        what = escape(brief(str(error)))
        told.print(f"[bold red]Usage[/]: {what} Add --help to see what the command takes.")
        return USAGE
    except KeyboardInterrupt:
        told.print("Interrupted. What was acknowledged is recorded; run it again to go on.")
        return INTERRUPTED
    except BrokenPipeError:
        return INTERRUPTED
    except Exception as error:
        plain = error if isinstance(error, EXPECTED) else plainly(error)
        if plain is None:
            raise
        told.print(f"[bold red]{type(plain).__name__}[/]: {escape(brief(str(plain)))}")
        return exit_code(plain)
    return done if isinstance(done, int) else 0
