import Foundation
import Glibc
import TestSupport
import Testing

/// The built program, as an operator starts it.
enum SekishoProgram {
    /// Beside the tests: the package builds both into one directory.
    static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("sekisho").path

    static func environment(_ extra: [String: String] = [:]) -> [String: String] {
        let inherited = ProcessInfo.processInfo.environment
        let base = [
            "PATH": inherited["PATH"] ?? "/usr/bin:/bin", "HOME": inherited["HOME"] ?? "/",
            "LC_ALL": "C.UTF-8", "TERM": "xterm-256color",
            // Neither what an operator has set nor what his consoles remember has a part in a test.
            "XDG_CONFIG_HOME": "/dev/null/none", "XDG_STATE_HOME": "/dev/null/none",
        ]
        return base.merging(extra) { $1 }
    }

    /// The first of four ports that nobody has, below those that the kernel gives to clients.
    static func freePorts() throws -> Int {
        for _ in 0..<100 {
            let base = Int.random(in: 10_000..<32_000)
            if (base..<(base + 4)).allSatisfy({ self.isFree($0) }) { return base }
        }
        throw POSIXError(.EADDRINUSE)
    }

    private static func isFree(_ port: Int) -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// Ticks of processor time that a process has used, in user and in kernel mode (proc(5)).
    static func ticks(of process: pid_t) throws -> Int {
        let stat = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        // The name may hold anything; what follows its parenthesis is fixed.
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        return (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0)
    }
}

/// `sekisho demo --no-console` in the background, for consoles to be attached to.
final class DemoGate: Sendable {
    let directory: TemporaryDirectory
    private let process: PseudoTerminal

    init() async throws {
        let directory = try TemporaryDirectory()
        let process = try PseudoTerminal(
            SekishoProgram.path,
            [
                "demo", "--no-console", "--no-clients", "--echo-port", "0", "--state",
                directory.file("state"), "--port-base", String(SekishoProgram.freePorts()),
            ],
            environment: SekishoProgram.environment()
        )
        self.directory = directory
        self.process = process
        let isServing = try await eventually(within: .seconds(30)) { try await self.answers() }
        try #require(isServing)
    }

    var state: String { self.directory.file("state") }

    /// Whether `sekisho status` is answered, with the listeners.
    func answers() async throws -> Bool {
        let status = try await runTool(SekishoProgram.path, ["status", "--state", self.state])
        return status.status == 0 && status.standardOutput.contains("127.0.0.1:")
    }

    /// A console on a terminal of its own.
    func attach(
        _ environment: [String: String] = [:],
        options: [String] = []
    ) throws -> PseudoTerminal {
        try PseudoTerminal(
            SekishoProgram.path,
            ["console", "--state", self.state] + options,
            environment: SekishoProgram.environment(environment)
        )
    }
}
