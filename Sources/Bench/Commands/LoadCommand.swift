import ArgumentParser
import Foundation
import Model
import TLS

/// `Bench load`: the load generator alone.
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Load one port of 127.0.0.1 and print what came of it, as JSON."
    )

    @Option(help: "What an operation is.")
    var kind = LoadPlan.Kind.requests

    @Option var port: UInt16

    @Option(help: ArgumentHelp("Ports in a row that connections take turns on.", valueName: "n"))
    var ports: UInt16 = 1

    @Option var transport = LoadPlan.Transport.tls13

    @Option(help: "The version of HTTP.")
    var http = LoadPlan.Version.http1

    @Option(help: "The name to ask for, in TLS and in HTTP.")
    var host = "localhost"

    @Option var path = "/bytes/1024"

    @Option(help: ArgumentHelp("The length that every body must have.", valueName: "n"))
    var bytes = 1_024

    @Option(help: ArgumentHelp("Connections at once, 1 to 20000.", valueName: "n"))
    var connections = 32

    @Option(help: ArgumentHelp("Requests at once on a connection of HTTP/2, 1 to 100.", valueName: "n"))
    var streams = 1

    @Option(help: ArgumentHelp("Seconds before the first operation is counted.", valueName: "s"))
    var warmup = 0.5

    @Option(help: ArgumentHelp("Seconds to count.", valueName: "s"))
    var seconds = 3.0

    @Option(help: ArgumentHelp("Operations after which the run ends before its time.", valueName: "n"))
    var operations: Int?

    @Option(help: ArgumentHelp("The client's certificate and those above it, in PEM.", valueName: "file"))
    var certificate: String?

    @Option(help: ArgumentHelp("Its key, in PEM.", valueName: "file"))
    var key: String?

    @Option(help: ArgumentHelp("Processes to measure, separated by commas.", valueName: "pids"))
    var processes = ""

    func validate() throws {
        guard (1...20_000).contains(self.connections), (1...100).contains(self.streams) else {
            throw ValidationError("connections must be within 1 to 20000, streams within 1 to 100.")
        }
        guard self.ports >= 1, Int(self.port) + Int(self.ports) <= 65_536 else {
            throw ValidationError("There are no ports beyond 65535.")
        }
        guard self.http == .http1 || self.transport != .plain && self.kind == .requests else {
            throw ValidationError("HTTP/2 is for requests over TLS.")
        }
        guard (self.certificate == nil) == (self.key == nil) else {
            throw ValidationError("A certificate needs its key, and a key its certificate.")
        }
    }

    func run() throws {
        OpenFiles.raiseLimit()
        let generator = LoadGenerator(self.plan, host: self.host, context: try self.context())
        let result = try generator.run { Output.line("held") }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        Output.line(String(decoding: try encoder.encode(result), as: UTF8.self))
    }

    private var plan: LoadPlan {
        var plan = LoadPlan(port: self.port)
        plan.kind = self.kind
        plan.portCount = self.ports
        plan.transport = self.transport
        plan.version = self.http
        plan.path = self.path
        plan.bodyBytes = self.bytes
        plan.connections = self.connections
        plan.streams = self.streams
        plan.warmupSeconds = self.warmup
        plan.seconds = self.seconds
        plan.operations = self.operations ?? .max
        plan.processes = self.processes.split(separator: ",").compactMap { Int32($0) }
        return plan
    }

    /// Servers are not verified here: it is they who are measured, and ``Contender`` has seen them before.
    private func context() throws -> ClientContext? {
        guard self.transport != .plain else { return nil }
        let version = self.transport == .tls12 ? ClientContext.Version.tls12 : .tls13
        // The same for every server, whatever it likes best.
        var offer = ClientContext.Offer()
        offer.tls12Suites = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"
        offer.groups = "X25519:P-256"
        offer.protocols = self.http == .http2 ? ["h2"] : []
        return try ClientContext(
            certificateChainPEM: try self.certificate.map(Self.read),
            privateKey: try self.key.map { SecretText(try Self.read($0)) },
            versions: version...version,
            offer: offer
        )
    }

    private static func read(_ path: String) throws -> String {
        guard let text = ProcFile.text(path) else { throw BenchmarkError("\(path) cannot be read") }
        return text
    }
}
