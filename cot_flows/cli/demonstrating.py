"""Commands that show and run the whole: demo, up."""

import logging
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from typing import Annotated

from cyclopts import Parameter
from rich.markup import escape

from cot_flows.bootstrap import Engine, open_engine, read_settings
from cot_flows.cli.reading import reviews, units
from cot_flows.cli.session import Asking, out, told
from cot_flows.demonstration import (
    MARROW_BAY,
    OAKLAND,
    deployed_run,
    flows_through,
    import_oakland,
    play_marrow_bay,
    set_up_oakland,
)
from cot_flows.embedded import has_ended
from cot_flows.prefect_child import prefect_environment, start_prefect_server, stop_process
from cot_flows.projecting import today_of
from cot_flows.settings import Settings, default_home
from cot_flows.up import run_up, serve_deployments

DATABASE_ENDS_WITHIN = 15.0


def up() -> None:
    """Run the product: database, Prefect's server and its UI, the schedules, the follower.

    Recorded facts show in the projections within a second, before Prefect has booted. Ctrl-C stops
    all of it.
    """
    settings, stop = read_settings(), Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Not set in the handler itself: that may interrupt the very wait whose lock it needs.
        signal.signal(number, lambda *_: Thread(target=stop.set, daemon=True).start())
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    told.print("Ctrl-C stops everything.")
    run_up(settings, told=lambda text: told.print(escape(text)), stop=stop)
    told.print(f"Stopped. {what_is_left(settings)}")


def demo(
    *,
    deployed: Annotated[
        bool, Parameter(help="End with one run started through a deployment, as proof.")
    ] = True,
) -> None:
    """Show the product on a real and a fictional district, from nothing to triggered reviews.

    Keeps its data in COT_HOME, or in `demo` below the usual folder; played again, it records
    nothing twice. Nothing is left running.
    """
    if "COT_HOME" not in os.environ:
        os.environ["COT_HOME"] = str(default_home() / "demo")
    settings = read_settings()
    out.rule("[bold]cot-flows: the demo")
    out.print(f"Data in {settings.home}. Every line below is computed from the log.", markup=False)
    with open_engine(settings, on_progress=lambda text: told.print(escape(text))) as engine:
        server = start_prefect_server(engine)
        try:
            os.environ |= prefect_environment(settings.home, server.api_url)
            os.environ["PREFECT_LOGGING_LEVEL"] = "WARNING"
            show_oakland(engine, lambda: server.wait_ready(lambda text: told.print(escape(text))))
            show_marrow_bay(engine)
            if deployed:
                show_deployed_run(settings, server.api_url)
        finally:
            server.close()
    out.rule(f"[bold]The demo is over. {what_is_left(settings)}")
    out.print("Look around: [bold]cot units -d marrow-bay[/], [bold]cot up[/], [bold]cot --help[/]")
    out.print(f"with COT_HOME={settings.home}", markup=False)


def what_is_left(settings: Settings) -> str:
    """Say what still runs of the program, once the database has had the time to end."""
    if settings.embedded and not has_ended(settings.home, at_most=DATABASE_ENDS_WITHIN):
        return "The database goes on: another program uses it."
    return "Nothing is left running."


def show_oakland(engine: Engine, wait_ready: Callable[[], bool]) -> None:
    """Reconstruct Oakland through the flows and show it now and ten years earlier."""
    out.rule("Oakland Unified: 25 years, reconstructed from publications")
    done = set_up_oakland(engine)
    out.print(f"Set up: {done.recorded} events recorded, {done.recognised} were there already.")
    wait_ready()
    flows = flows_through()
    recorded = import_oakland(flows)
    out.print(f"Flow import-activities: {recorded} rows recorded; plans never count as done.")
    opened = flows.sweep(OAKLAND.district)
    flows.project(OAKLAND.district)
    out.print(f"Flow review-sweep: {opened} causes recorded; flow project: projections caught up.")
    name = OAKLAND.district
    units(asking=Asking(district=name))
    out.print("[bold]Reviews that opened, and why[/]")
    reviews(asking=Asking(district=name))
    then = today_of(engine, name) - timedelta(days=3652)
    out.print(f"\n[bold]The same picture as known ten years earlier[/], on {then}")
    units(asking=Asking(district=name, as_known_at=then.isoformat()))
    out.print(f"\n[bold]The same picture as effective then, with what is known now[/], on {then}")
    units(asking=Asking(district=name, as_effective_on=then))
    checked = flows.verify(name)
    out.print(f"Flow verify: {checked} events read and checked; every invariant holds.")


def show_marrow_bay(engine: Engine) -> None:
    """Replay the fictional district and show its board."""
    out.rule("Marrow Bay Unified: fictional, replayed from commands")
    with told.status("Replaying eighteen months …") as status:
        played = play_marrow_bay(engine, lambda text: status.update(escape(text)))
    out.print(
        f"{played.steps} steps: {played.recorded} events recorded now; the stages, levels and "
        f"overlays of its story were compared, and all are as told."
    )
    for refusal in played.refusals:
        out.print(f"Refused, as it must be, on {refusal.day}: {escape(refusal.message)}")
    units(asking=Asking(district=MARROW_BAY))
    reviews(asking=Asking(district=MARROW_BAY))


def show_deployed_run(settings: Settings, api_url: str) -> None:
    """Start one run through a served deployment and wait for its end."""
    out.rule("One run through a deployment, as proof")
    served = serve_deployments(settings, api_url)
    try:
        state = deployed_run("project/project")
    finally:
        stop_process(served)
    out.print(f"Deployment project/project: its run ended as {state}.")
