"""`cot notices …`: what people should hear of, sent, shown beforehand, and to which addresses."""

import sys
from typing import Annotated

from cyclopts import App, Parameter
from rich.markup import escape

from cot_flows.cli.exits import DONE, FOUND_WRONG
from cot_flows.cli.session import DistrictOption, head_of, opened, out
from cot_flows.errors import NotConfigured, UnknownThing

notices = App(
    name="notices",
    group="Work",
    help="Tell people once a day what concerns them: one digest each, by mail or chat.",
)


@notices.command
def send(
    *,
    district: DistrictOption = None,
    dry_run: Annotated[
        bool, Parameter(negative="", help="Say who would be told; send and record nothing.")
    ] = False,
) -> int:
    """Send today's notices, each at most once a day, and record what became of each.

    Nothing is sent on days that are closed in the school calendar. Ends with 1 when a notice could
    not be handed over; the next run tries it once more.
    """
    from cot_flows.notices.channels import channels
    from cot_flows.notices.reporting import Fate
    from cot_flows.notices.sending import Desk

    with opened() as engine:
        head = head_of(engine, district)
        desk = Desk(engine, head.district, channels(engine.settings))
        if dry_run:
            prepared, report = desk.prepare()
            fates = [Fate(p.person, p.channel, len(p.digest.items)) for p in prepared]
        else:
            report = desk.send()
            fates = list(report.fates)
    for fate in fates:
        items = f"{fate.items} thing{'' if fate.items == 1 else 's'}"
        did = "would be told" if dry_run else "told"
        if fate.failure is None:
            out.print(f"{fate.person} by {fate.channel}: {did} {items}", markup=False)
        else:
            out.print(
                f"[bold red]Not told[/] {fate.person} by {fate.channel}: {escape(fate.failure)}"
            )
    if report.unreached:
        who = ", ".join(report.unreached)
        out.print(f"No way to tell {who}: name one with `cot notices address`.", markup=False)
    closed = "; closed in the school calendar, nobody is told anything" if report.closed else ""
    out.print(f"{len(fates)} notices ({report.district}, {report.day}){closed}.", markup=False)
    return FOUND_WRONG if any(fate.failure for fate in fates) else DONE


@notices.command
def preview(
    actor: Annotated[str, Parameter(help="Actor id of the person.")],
    *,
    district: DistrictOption = None,
    html: Annotated[bool, Parameter(negative="", help="Show it as HTML.")] = False,
) -> None:
    """Show what a person would be told by mail today, without what was told before."""
    from cot_flows.notices.channels import Channels
    from cot_flows.notices.rendering import as_html, as_text
    from cot_flows.notices.sending import Desk

    with opened() as engine:
        head = head_of(engine, district)
        digest = Desk(engine, head.district, Channels(None)).preview(actor)
    if digest is None:
        out.print(f"There is nothing to tell {actor} today.", markup=False)
        return
    sys.stdout.write(as_html(digest) if html else as_text(digest))


@notices.command
def address(
    actor: Annotated[str, Parameter(help="Actor id of the person.")],
    mail: Annotated[str | None, Parameter(help="Mail address; left out, it stays.")] = None,
    *,
    district: DistrictOption = None,
    chat: Annotated[
        bool,
        Parameter(negative="", help="Read the Apprise address of a chat, a line from the input."),
    ] = False,
    remove: Annotated[bool, Parameter(negative="", help="Forget how to reach the person.")] = False,
) -> None:
    """Keep where a person is reached: in a file of COT_HOME for its owner only, not in the log.

    The address of a chat is a secret: it is read from the input, for options can be seen in the
    list of processes.
    """
    from cot_flows.notices.addresses import Addresses, Reached, mail_address
    from cot_flows.notices.chat import chat_address

    if not (mail or chat or remove):
        raise NotConfigured("name a mail address, or give --chat or --remove")
    with opened() as engine:
        name = head_of(engine, district).district
        if not engine.store.read_stream(name, f"actor-{actor}"):
            raise UnknownThing(f"there is no actor {actor!r} in {name}: register one first")
        book = Addresses(engine.settings.home)
        known = book.of(name).get(actor, Reached())
        reached = Reached(
            mail=mail_address(mail) if mail else known.mail,
            chat=chat_address(sys.stdin.readline()) if chat else known.chat,
        )
        book.keep(name, actor, None if remove else reached)
    out.print(f"{'Forgotten' if remove else 'Kept'} for {actor} of {name}.", markup=False)
