import API
import ArgumentParser
import Foundation
import Model

/// `sekisho explain`: why a client was, or would be, accepted or refused.
struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell why a client was refused, or whether a certificate would be accepted.",
        discussion: """
            Judges by the function that judges handshakes, and prints what was presented, every step with what \
            it found, and an openssl command that reproduces it. The exit status is 0 for a client that is \
            accepted and 3 for one that is refused.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "A connection of the log: its TID_…, as `sekisho logs --failed` prints it.",
            valueName: "record-id"
        )
    )
    var record: String?

    @Option(
        help: ArgumentHelp("A client's certificate in PEM, with or without its chain.", valueName: "file"),
        completion: .file()
    )
    var certificate: String?

    @Option(
        help: ArgumentHelp("What the client would send behind it, in PEM.", valueName: "file"),
        completion: .file()
    )
    var chain: String?

    @Option(
        help: ArgumentHelp(
            "Judge as this listener does: its name, ARN, id or port (default: the only one that verifies).",
            valueName: "listener"
        )
    )
    var listener: String?

    @Option(
        help: ArgumentHelp("The name that the client would ask the listener for.", valueName: "name")
    )
    var serverName: String?

    @Option(help: ArgumentHelp("Judge by this trust store.", valueName: "name"))
    var trustStore: String?

    @Option(
        help: ArgumentHelp(
            "Judge as of then: 2026-01-05T09:37:12Z, or seconds since 1970 (default: now).",
            valueName: "time"
        )
    )
    var at: String?

    @Option(
        help: ArgumentHelp(
            "Write leaf.pem, chain.pem and anchors.pem to this directory, for the openssl command.",
            valueName: "dir"
        ),
        completion: .directory
    )
    var export: String?

    @OptionGroup var output: OutputOption
    @OptionGroup var gate: GateOptions

    func validate() throws {
        guard (self.record == nil) != (self.certificate == nil) else {
            throw ValidationError("Give the id of a connection, or --certificate with a file.")
        }
        let others = [self.chain, self.listener, self.serverName, self.trustStore, self.at]
        guard self.record == nil || others.allSatisfy({ $0 == nil }) else {
            throw ValidationError(
                "A connection was judged as it was: --chain, --listener, --server-name, --trust-store and "
                    + "--at belong to --certificate."
            )
        }
        guard self.at == nil || self.time != nil else {
            throw ValidationError("--at is no time like 2026-01-05T09:37:12Z.")
        }
    }

    mutating func run() async throws {
        let request = try self.request()
        let explanation = try await self.gate.withGate(isDryRun: true) { gate, _ throws(OperatorError) in
            try await gate.explain(request)
        }
        let reproduction = Reproduction(explanation, directory: self.export)
        if self.export != nil { try reproduction.write() }
        switch self.output.format {
        case .text:
            (ExplanationText(explanation).lines + reproduction.lines).forEach(Output.line)
        case .json:
            let document = ExplanationDocument(explanation, command: reproduction.command)
            Output.line(try JSONDocument.pretty(document))
        }
        guard explanation.isAccepted else { throw ExitCode(3) }
    }

    /// Seconds are taken within the years that can be written.
    private var time: Timestamp? {
        guard let at else { return nil }
        guard let seconds = Int64(at) else { return Timestamp(iso8601: at) }
        return (-62_135_596_800...253_402_300_799).contains(seconds) ? Timestamp(seconds: seconds) : nil
    }

    private func request() throws(OperatorError) -> ExplanationRequest {
        if let record { return .record(record) }
        let files = try [self.certificate, self.chain].compactMap { $0 }.map { path throws(OperatorError) in
            do throws(FileLoader.Failure) {
                return FileContents(
                    path: path,
                    text: try FileLoader.read(path, limit: FileLoader.materialBytes)
                )
            } catch {
                throw OperatorError(
                    .fileUnreadable,
                    subject: path,
                    message: "\(path) \(error.reason).",
                    hint: "Name a file in PEM that this user can read."
                )
            }
        }
        return .certificate(
            CertificateQuestion(
                files: files,
                listener: self.listener,
                serverName: self.serverName,
                trustStore: self.trustStore,
                time: self.time
            )
        )
    }
}

/// What `--output json` prints: the explanation's own keys, and the verdict in words beside them.
private struct ExplanationDocument: Encodable {
    let explanation: Explanation
    let command: String?

    init(_ explanation: Explanation, command: String?) {
        self.explanation = explanation
        self.command = command
    }

    private enum CodingKeys: String, CodingKey { case isAccepted, sentence, remedy, reproduce }

    func encode(to encoder: any Encoder) throws {
        try self.explanation.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.explanation.isAccepted, forKey: .isAccepted)
        try container.encodeIfPresent(self.explanation.sentence, forKey: .sentence)
        try container.encodeIfPresent(self.explanation.remedy, forKey: .remedy)
        try container.encodeIfPresent(self.command, forKey: .reproduce)
    }
}
