"""The ways of a notice: encrypted mail, a dead server, a chat, and nothing of a secret in words."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from cot_flows.cli.main import outcome
from cot_flows.errors import NotConfigured
from cot_flows.flows.opening import ForDistricts
from cot_flows.flows.send_notices import in_words, is_due, send_notices
from cot_flows.notices.addresses import Addresses, Reached
from cot_flows.notices.channels import Channels, channels
from cot_flows.notices.mail import mail_server
from cot_flows.notices.sending import Desk
from cot_flows.prefect_child import free_port
from cot_flows.settings import Settings
from domain.facts.notice import NoticeFailed, NoticeSent
from events.envelope import Head
from tests.support.burg import DISTRICT, Burg
from tests.support.postbox import Mailbox, mailbox

SOON = date(2025, 9, 8)
HEAD = "head@example.org"
PASSWORD = "pa%40ss"


@pytest.fixture
def by_environment(small: Burg, monkeypatch: pytest.MonkeyPatch) -> Burg:
    """Let commands and flows find the district, its addresses and its mail server."""
    settings = small.engine.settings
    assert settings.smtp_url is not None
    monkeypatch.setenv("COT_DATABASE_URL", small.engine.url)
    monkeypatch.setenv("COT_HOME", str(settings.home))
    monkeypatch.setenv("COT_SMTP_URL", settings.smtp_url.get_secret_value())
    monkeypatch.setenv("COT_BASE_URL", "https://cot.example.org")
    monkeypatch.setenv("COT_SMTP_FROM", "cot@example.org")
    small.review("R-1", SOON)
    return small


def test_a_dead_mail_server_is_a_recorded_failure_and_a_plain_message(
    by_environment: Burg, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COT_SMTP_URL", f"smtp://cot:{PASSWORD}@127.0.0.1:{free_port()}")
    assert outcome(["notices", "send"]) == 1
    told = capsys.readouterr()
    words = " ".join((told.out + told.err).split())
    assert "Not told hr-1 by mail: the mail server 127.0.0.1:" in words
    assert "cannot be reached" in words
    assert not [secret for secret in ("pa@ss", PASSWORD, HEAD, "Traceback") if secret in words]
    (failed,) = [e.event for e in log(by_environment) if isinstance(e.event, NoticeFailed)]
    assert (failed.recipient, failed.attempt, failed.failure) == ("hr-1", 1, "unreachable")


def test_the_command_sends_and_a_dry_run_does_not(
    by_environment: Burg, box: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(["notices", "send", "--dry-run"]) == 0
    assert "hr-1 by mail: would be told 1 thing" in capsys.readouterr().out
    assert (box.messages, [e for e in log(by_environment) if e.type_name == "NoticeSent"]) == (
        [],
        [],
    )
    assert outcome(["notices", "send"]) == 0
    assert "hr-1 by mail: told 1 thing" in capsys.readouterr().out
    assert len(box.messages) == 1


def test_a_preview_shows_the_text_that_would_be_sent(
    by_environment: Burg, box: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(["notices", "preview", "hr-1"]) == 0
    text = capsys.readouterr().out
    outcome(["notices", "send"])
    (mail,) = box.messages
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == text.splitlines()
    capsys.readouterr()
    assert outcome(["notices", "preview", "hr-1"]) == 0
    assert "nothing to tell hr-1" in capsys.readouterr().out
    assert outcome(["notices", "preview", "nobody"]) == 66


def test_a_server_that_offers_encryption_gets_the_password_encrypted(
    small: Burg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    small.review("R-1", SOON)
    with mailbox(context) as box:
        report = desk(small, f"smtp://cot:{PASSWORD}@127.0.0.1:{box.port}").send()
        assert [fate.failure for fate in report.fates] == [None]
        assert (box.encrypted, box.users) == ([True], [b"cot"])


def test_an_untrusted_certificate_and_a_wrong_password_are_told_apart(
    small: Burg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, certificate = self_signed(tmp_path)
    small.review("R-1", SOON)
    with mailbox(context) as box:
        (fate,) = desk(small, f"smtp://cot:{PASSWORD}@127.0.0.1:{box.port}").send().fates
        assert "check its certificate" in str(fate.failure)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        (fate,) = desk(small, f"smtp://cot:wrong@127.0.0.1:{box.port}").send().fates
        assert "refuses user or password" in str(fate.failure)
    kinds = [e.event.failure for e in log(small) if isinstance(e.event, NoticeFailed)]
    assert kinds == ["insecure", "login_refused"]


def test_a_chat_gets_the_digest_and_the_shared_one_the_chairs(small: Burg) -> None:
    small.review("R-1", date(2025, 9, 2), about="district:all")
    small.go_to(date(2025, 9, 3))
    with chat_server() as (port, bodies):
        Addresses(small.engine.settings.home).keep(
            DISTRICT, "s-1", Reached(chat=f"json://127.0.0.1:{port}/one")
        )
        shared = (f"json://127.0.0.1:{port}/all",)
        report = Desk(small.engine, DISTRICT, Channels(None, shared)).send()
    assert {(f.person, f.channel, f.failure) for f in report.fates} == {
        ("s-1", "chat", None),
        ("c-1", "chat", None),
    }
    assert all("R-1, here (district:all) was due a working day ago" in body for body in bodies)
    assert len(bodies) == 2


def test_a_chat_that_is_gone_is_a_recorded_failure(small: Burg) -> None:
    small.review("R-1", SOON)
    gone = Reached(chat=f"json://127.0.0.1:{free_port()}/secret-token")
    Addresses(small.engine.settings.home).keep(DISTRICT, "hr-1", gone)
    report = Desk(small.engine, DISTRICT, Channels(None)).send()
    assert [fate.failure for fate in report.fates] == ["the chat did not take the notice"]
    (failed,) = [e.event for e in log(small) if isinstance(e.event, NoticeFailed)]
    assert (failed.channel, failed.failure) == ("chat", "not_delivered")


@pytest.mark.prefect
def test_the_flow_sends_for_a_district_that_is_named_and_spares_simulated_ones(
    by_environment: Burg, box: Mailbox
) -> None:
    assert send_notices.fn() == 0
    assert send_notices.fn(ForDistricts(district=DISTRICT)) == 1
    assert send_notices.fn(ForDistricts(district=DISTRICT)) == 0
    assert len(box.messages) == 1
    (sent,) = [e for e in log(by_environment) if isinstance(e.event, NoticeSent)]
    assert (sent.actor, sent.source) == ("scheduler", "scheduler")
    words = "\n".join(in_words(desk(by_environment).prepare()[1]))
    assert "example.org" not in words


@pytest.mark.prefect
def test_a_district_is_due_in_its_own_working_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    for hour, due in ((6, False), (7, True), (17, True), (18, False)):
        now = datetime(2026, 3, 2, hour, tzinfo=UTC)
        monkeypatch.setattr("cot_flows.flows.send_notices.utc_now", lambda now=now: now)
        assert is_due(Head("x", 1, now, "server", "UTC")) is due
        assert not is_due(Head("x", 1, now, "simulated", "UTC"))


@pytest.mark.parametrize(
    "url",
    ["http://u:hidden@h", "smtp://", "smtp://u:hidden@h:port", "u:hidden@h", "smtp://u:hid/den@h"],
)
def test_a_malformed_mail_server_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(NotConfigured) as caught:
        mail_server(url)
    assert "hid" not in str(caught.value)
    assert "COT_SMTP_URL" in str(caught.value)


def test_no_password_is_in_any_representation(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path,
        smtp_url=SecretStr("smtp://u:hidden@h"),
        smtp_from="a@example.org",
        notice_urls=SecretStr("json://hidden@h"),
    )
    assert "hidden" not in repr(settings) + repr(channels(settings))
    assert "hidden" not in repr(mail_server("smtp://u:hidden@h"))
    with pytest.raises(NotConfigured):
        channels(settings.model_copy(update={"smtp_from": None}))
    with pytest.raises(NotConfigured) as caught:
        channels(settings.model_copy(update={"notice_urls": SecretStr("nothing://hidden")}))
    assert "hidden" not in str(caught.value)


def log(small: Burg) -> list:  # type: ignore[type-arg]
    return small.engine.store.read_log(DISTRICT, after=0, limit=1000)


def desk(small: Burg, url: str | None = None) -> Desk:
    settings = small.engine.settings
    if url is not None:
        settings = settings.model_copy(update={"smtp_url": SecretStr(url)})
    return Desk(small.engine, DISTRICT, channels(settings))


def self_signed(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate of this machine, and what a server needs to show it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, private)
    return context, certificate


@contextmanager
def chat_server() -> Iterator[tuple[int, list[str]]]:
    """A server that takes what Apprise posts as JSON."""
    bodies: list[str] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            bodies.append(posted["message"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Taking)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port, bodies
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
