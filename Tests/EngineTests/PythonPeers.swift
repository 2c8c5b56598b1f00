import Model
import TLS
import TestSupport
import Testing

/// A Python program that is the target first and then, through the gate, its client in mutual TLS.
///
/// Its script finds `target(port)`, to say where it listens, `gate()`, which waits for the gate's port, the
/// paths `root`, `key` and `chain`, and `expect(condition, what)`; it ends with `ok`.
struct PythonPeers {
    private static let prelude = """
        import sys, time
        from pathlib import Path

        root, key, chain = sys.argv[1:4]

        def target(port):
            print(port, flush=True)

        def gate():
            path = Path(sys.argv[4])
            # The dot says that all of the number has been written.
            while not path.exists() or not path.read_text().endswith("."):
                time.sleep(0.01)
            return path.read_text().rstrip(".")

        def expect(condition, what):
            if not condition:
                sys.exit(f"failed: {what}")

        def ok():
            print("ok", flush=True)


        """

    let target: Endpoint
    private let python: RunningProgram
    private let files: TemporaryDirectory

    /// Starts the program; returns when it listens.
    init(_ script: String, _ pki: TestPKI) async throws {
        let client = try pki.client(.valid)
        self.files = try TemporaryDirectory()
        // Debian's own, which its packages are for.
        self.python = try RunningProgram(
            "/usr/bin/python3",
            [
                try self.files.write(Self.prelude + script, to: "peers.py"),
                try self.files.write(pki.root.certificatePEM, to: "root.pem"),
                try self.files.write(client.privateKey.revealed, to: "client.key"),
                try self.files.write(client.chainPEM, to: "client.pem"),
                self.files.file("gate"),
            ]
        )
        try await self.python.waitForOutput("\n")
        let port = try #require(UInt16(self.python.standardOutput.prefix { $0.isNumber }))
        self.target = Endpoint(address: .loopback, port: port)
    }

    /// Sends the client through the gate and expects that it finds all as it should be.
    func succeed(through gate: Endpoint) async throws {
        _ = try self.files.write("\(gate.port).", to: "gate")
        #expect(await self.python.status() == 0, "\(self.python.standardError)")
        #expect(self.python.standardOutput.hasSuffix("ok\n"))
    }
}
