import Model
import TLS
import TestSupport
import TestTraits
import Testing

@testable import Engine

/// gRPC from end to end: client and server are the library's own, with the gate between them.
@Suite("gRPC", .ownThreads)
struct GRPCTests {
    /// A server in clear text, and a client that verifies us and is verified.
    private static let script = """
        import grpc
        from concurrent import futures

        raw = lambda data: data
        seen = {}

        class Handler(grpc.GenericRpcHandler):
            def service(self, details):
                name = details.method
                seen.update(dict(details.invocation_metadata))
                if name == "/t.T/Unary":
                    def unary(request, context):
                        context.set_trailing_metadata((("x-end", "done"),))
                        return request + b"!"
                    return grpc.unary_unary_rpc_method_handler(unary, raw, raw)
                if name == "/t.T/Fail":
                    def fail(request, context):
                        context.abort(grpc.StatusCode.PERMISSION_DENIED, "not you: \u{e9}")
                    return grpc.unary_unary_rpc_method_handler(fail, raw, raw)
                if name == "/t.T/Down":
                    def down(request, context):
                        for index in range(200):
                            yield request * 1000 + str(index).encode()
                    return grpc.unary_stream_rpc_method_handler(down, raw, raw)
                if name == "/t.T/Up":
                    def up(requests, context):
                        return str(sum(len(request) for request in requests)).encode()
                    return grpc.stream_unary_rpc_method_handler(up, raw, raw)
                if name == "/t.T/Talk":
                    def talk(requests, context):
                        for request in requests:
                            yield b"re: " + request
                    return grpc.stream_stream_rpc_method_handler(talk, raw, raw)
                return None

        server = grpc.server(futures.ThreadPoolExecutor(max_workers=8), handlers=[Handler()])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        target(port)
        read = lambda path: Path(path).read_bytes()
        credentials = grpc.ssl_channel_credentials(*map(read, [root, key, chain]))
        channel = grpc.secure_channel(f"localhost:{gate()}", credentials)
        timeout = 20

        unary = channel.unary_unary("/t.T/Unary")
        for _ in range(50):
            answer, call = unary.with_call(b"hello", timeout=timeout, metadata=(("x-own", "1"),))
            expect(answer == b"hello!", answer)
            expect(("x-end", "done") in call.trailing_metadata(), call.trailing_metadata())
        expect(seen["x-own"] == "1", seen)
        expect("x-amzn-mtls-clientcert-subject" in seen, seen)

        pending = [unary.future(str(index).encode(), timeout=timeout) for index in range(100)]
        for index, future in enumerate(pending):
            expect(future.result() == str(index).encode() + b"!", index)

        try:
            channel.unary_unary("/t.T/Fail")(b"", timeout=timeout)
            expect(False, "Fail did not fail")
        except grpc.RpcError as error:
            expect(error.code() == grpc.StatusCode.PERMISSION_DENIED, error)
            expect(error.details() == "not you: \u{e9}", error.details())
        try:
            channel.unary_unary("/t.T/Unknown")(b"", timeout=timeout)
            expect(False, "Unknown did not fail")
        except grpc.RpcError as error:
            expect(error.code() == grpc.StatusCode.UNIMPLEMENTED, error)

        down = list(channel.unary_stream("/t.T/Down")(b"x", timeout=timeout))
        expect(len(down) == 200 and down[199] == b"x" * 1000 + b"199", len(down))
        up = channel.stream_unary("/t.T/Up")((b"y" * 10000 for _ in range(300)), timeout=timeout)
        expect(up == b"3000000", up)

        # Each message waits for the answer to the one before: nothing may be held back for a full body.
        import queue
        outbox = queue.Queue()
        talk = channel.stream_stream("/t.T/Talk")(iter(outbox.get, None), timeout=timeout)
        for index in range(20):
            outbox.put(str(index).encode())
            expect(next(talk) == b"re: " + str(index).encode(), index)
        outbox.put(None)
        expect(list(talk) == [], "Talk goes on")

        # A call that is cancelled takes nothing else with it.
        endless = channel.stream_stream("/t.T/Talk")(iter(queue.Queue().get, None), timeout=timeout)
        endless.cancel()
        expect(unary(b"after", timeout=timeout) == b"after!", "after")
        channel.close()
        server.stop(0)
        ok()
        """

    @Test("Calls of every kind, with metadata, trailers and failures, go through with the client's identity")
    func calls() async throws {
        let pki = try TestPKI()
        let peers = try await PythonPeers(Self.script, pki)
        let engine = RunningEngine(workers: 2)
        let id = ResourceID.random()
        let listener = ServedListener.test(
            tls: pki.served(pki.verification()),
            action: .forward(targetGroupID: id, targets: [peers.target])
        )
        let check = HealthCheck.standard(for: .http, version: .grpc)
        let group = ServedTargetGroup(
            id: id,
            targets: [peers.target],
            healthCheck: check,
            isUsed: true,
            protocolVersion: .grpc
        )
        try await engine.run([listener], targetGroups: [group])
        // The library answers the check as any method that it does not know.
        for _ in 0..<1_000 where engine.engine.counters().targetGroups?[id]?.healthy != 1 {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(engine.engine.counters().targetGroups?[id]?.healthy == 1)
        try await peers.succeed(through: try engine.endpoint(listener))
        await engine.stop()
    }
}
