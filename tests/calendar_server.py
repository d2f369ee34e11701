"""A web server with TLS for tests of fetching: one thread, on this machine, under a name that only the tests know."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from meetings.calendars.fetching import Network

HOST, OTHER, STRANGER = "kalender.exempel.se", "annan.exempel.se", "framling.exempel.se"
ADDRESS = "93.184.216.34"


def certificate(folder: Path) -> Path:
    """A file with a key and a certificate of its own for `HOST` and `OTHER`; never for `STRANGER`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Prov")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST), x509.DNSName(OTHER)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


class Server:
    """Answers each path of `answers` with those bytes, whatever they are, and closes. Remembers what was asked."""

    def __init__(self, pem: Path) -> None:
        self.pem = pem
        self.answers: dict[str, bytes] = {}
        #: What the name service says, in order; the last stays.
        self.names: dict[str, list[list[str]]] = {name: [[ADDRESS]] for name in (HOST, OTHER, STRANGER)}
        self.requests: list[str] = []
        self.server_names: list[str | None] = []
        self.resolved: list[str] = []
        self.connected: list[str] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pem)
        self._context.sni_callback = lambda _sock, name, _context: self.server_names.append(name)
        self._socket = socket.create_server(("127.0.0.1", 0))

    def forget(self) -> None:
        for seen in (self.requests, self.server_names, self.resolved, self.connected):
            seen.clear()

    def network(self, *, trusted: bool = True, clock: Callable[[], float] | None = None) -> Network:
        def context() -> ssl.SSLContext:
            return ssl.create_default_context(cafile=str(self.pem) if trusted else None)

        made = Network(resolve=self._resolve, connect=self._connect, context=context)
        return made if clock is None else Network(made.resolve, made.connect, made.context, clock)

    def _resolve(self, host: str) -> list[str]:
        self.resolved.append(host)
        answers = self.names.get(host)
        if answers is None:
            raise socket.gaierror
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def _connect(self, address: str, seconds: float) -> socket.socket:
        self.connected.append(address)
        return socket.create_connection(self._socket.getsockname(), timeout=seconds)

    def serve(self) -> None:
        while True:
            try:
                plain, _ = self._socket.accept()
            except OSError:  # closed: the test is over
                return
            with plain:
                try:
                    self._answer(plain)
                except OSError:  # the client had enough
                    continue

    def _answer(self, plain: socket.socket) -> None:
        plain.settimeout(10)
        with self._context.wrap_socket(plain, server_side=True) as sock:
            asked = b""
            while not asked.endswith(b"\r\n\r\n"):
                asked += sock.recv(4096)
            self.requests.append(asked.decode())
            sock.sendall(self.answers.get(asked.split(b" ")[1].decode(), b"HTTP/1.1 404 No\r\n\r\n"))
            sock.unwrap()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    server = Server(certificate(folder))
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield server
    server.close()
    thread.join(10)
