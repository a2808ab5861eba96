"""The network of a demo PC: a relay on the loopback between it and the server, to be cut at will.

`python tools/relay.py SERVER_PORT` prints the port that the PC talks to and the port that takes
orders, then relays until its standard input is closed. An order is the line "cut" or "restore":
`python tools/relay.py --order cut ORDER_PORT`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import socket
import sys

HOST = "127.0.0.1"


class Relay:
    """Listens for one PC; while cut it refuses connections and has dropped those it had."""

    def __init__(self, server_port: int, port: int = 0) -> None:
        """Take the server's port, and the port to listen on; 0 is any free one."""
        self._server_port = server_port
        self._listener: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.port = port

    async def restore(self) -> None:
        """Listen, on the same port as before."""
        if self._listener is None:
            self._listener = await asyncio.start_server(self._serve, HOST, self.port)
            self.port = self._listener.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Stop listening, and break what is under way."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for writer in tuple(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_in, there_out = await asyncio.open_connection(HOST, self._server_port)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, there_out}
        try:
            await asyncio.gather(_pump(reader, there_out), _pump(there_in, writer))
        finally:
            self._open -= {writer, there_out}


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while part := await reader.read(65_536):
            writer.write(part)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()


async def relay(server_port: int, port: int) -> None:
    """Relay until standard input ends, obeying orders."""
    network = Relay(server_port, port)
    await network.restore()

    async def obey(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        order = (await reader.readline()).strip()
        if order == b"cut":
            await network.cut()
        elif order == b"restore":
            await network.restore()
        writer.write(b"done\n" if order in {b"cut", b"restore"} else b"unknown order\n")
        await writer.drain()
        writer.close()

    orders = await asyncio.start_server(obey, HOST, 0)
    print(network.port, orders.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await network.cut()


def order(word: str, port: int) -> str:
    """Give an order to a running relay; return its answer."""
    with socket.create_connection((HOST, port), timeout=5) as connection:
        connection.sendall(f"{word}\n".encode())
        return connection.makefile().readline().strip()


def main() -> None:
    """Relay, or give an order."""
    parser = argparse.ArgumentParser(description="the network of a demo PC")
    parser.add_argument("--order", choices=("cut", "restore"))
    parser.add_argument("--listen", type=int, default=0, help="0: any free port")
    parser.add_argument("port", type=int)
    asked = parser.parse_args()
    if asked.order:
        print(order(asked.order, asked.port))
    else:
        asyncio.run(relay(asked.port, asked.listen))


if __name__ == "__main__":
    main()
