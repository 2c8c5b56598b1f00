import Model
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// WebSocket from end to end: client and server are a library's own, with the gate between them.
@Suite("WebSocket of a library", .ownThreads)
struct WebSocketLibraryTests {
    private static let script = #"""
        import asyncio, os, ssl
        import websockets

        # The library's own limits are for machines that have nothing else to do.
        patience = 120
        limits = dict(max_size=None, ping_timeout=patience, close_timeout=patience)
        seen = []
        codes = asyncio.Queue()

        async def serve(socket):
            seen.append(socket.request_headers)
            try:
                async for message in socket:
                    if message == "ping me":
                        await asyncio.wait_for(await socket.ping(b"from the server"), patience)
                        await socket.send("was pinged")
                    elif message == "end":
                        await socket.close(4002, "enough")
                    else:
                        await socket.send(message)
            except websockets.ConnectionClosed:
                pass
            codes.put_nowait((socket.close_code, socket.close_reason))

        async def main():
            server = await websockets.serve(serve, "127.0.0.1", 0, subprotocols=["chat"], **limits)
            target(server.sockets[0].getsockname()[1])
            # The test may have to wait for its turn before there is a gate.
            port = await asyncio.get_running_loop().run_in_executor(None, gate)
            await asyncio.wait_for(talk(f"wss://localhost:{port}/chat"), patience)
            server.close()
            await server.wait_closed()
            ok()

        async def talk(url):
            stranger = ssl.create_default_context(cafile=root)
            try:
                await websockets.connect(url, ssl=stranger, open_timeout=patience)
                expect(False, "a client without a certificate came through")
            except (OSError, websockets.WebSocketException):
                pass
            expect(not seen, seen)

            known = ssl.create_default_context(cafile=root)
            known.load_cert_chain(chain, key)
            # With compression, which both sides offer, and without it.
            for compression in ["deflate", None]:
                async with websockets.connect(
                    url, ssl=known, open_timeout=patience, subprotocols=["chat"],
                    compression=compression, **limits
                ) as socket:
                    expect(socket.subprotocol == "chat", socket.subprotocol)
                    expect(bool(socket.extensions) == bool(compression), socket.extensions)
                    expect("CN=valid" in seen[-1]["X-Amzn-Mtls-Clientcert-Subject"], seen[-1])
                    large = os.urandom(5_000_000)
                    for message in ["grüße", "", bytes(range(256)), large, "ü" * 1_000_000]:
                        await socket.send(message)
                        expect(await socket.recv() == message, "echo")
                    await socket.send([large[:70_000], large[70_000:70_001], large[70_001:]])
                    expect(await socket.recv() == large, "fragments")
                    # Both directions at once.
                    numbers = [str(index) for index in range(2_000)]
                    sending = asyncio.create_task(send(socket, numbers))
                    expect([await socket.recv() for _ in numbers] == numbers, "order")
                    await sending
                    await asyncio.wait_for(await socket.ping(b"from the client"), patience)
                    await socket.send("ping me")
                    expect(await socket.recv() == "was pinged", "ping")
                    await socket.close(4001, "done")
                expect(await codes.get() == (4001, "done"), "close by the client")

            async with websockets.connect(url, ssl=known, open_timeout=patience, **limits) as socket:
                await socket.send("end")
                try:
                    await socket.recv()
                    expect(False, "the server did not close")
                except websockets.ConnectionClosed as closed:
                    expect((closed.rcvd.code, closed.rcvd.reason) == (4002, "enough"), closed)
            expect(len(seen) == 3, len(seen))

        async def send(socket, messages):
            for message in messages:
                await socket.send(message)

        asyncio.run(main())
        """#

    @Test("Messages, pings and closes of every kind go through, with the client's identity")
    func messages() async throws {
        let pki = try TestPKI()
        let peers = try await PythonPeers(Self.script, pki)
        let engine = RunningEngine(workers: 2)
        let listener = ServedListener.test(
            tls: pki.served(pki.verification()),
            action: .forward(peers.target)
        )
        try await engine.run([listener])
        try await peers.succeed(through: try engine.endpoint(listener))
        // The stranger and three that were served; of these nothing is left.
        #expect(engine.records.count { $0.tls?.outcome == .success } == 3)
        #expect(try await RelayTests.waits { engine.engine.counters().listeners[listener.id]?.open == 0 })
        await engine.stop()
    }
}
