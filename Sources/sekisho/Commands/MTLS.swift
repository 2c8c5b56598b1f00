import ArgumentParser
import Model

/// `sekisho mtls`: flips how a listener, or one of its names, treats client certificates.
struct MTLS: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mtls",
        abstract: "Flip mutual TLS of a listener, or of one of its names: off, passthrough or verify.",
        discussion: """
            Returns when every worker enforces the new mode. Connections judged by the old one are closed: \
            idle ones at once, busy ones after the request in hand. Where both verify, clients that are \
            connected are judged again, and those that pass stay. No connection is refused because of it. With \
            --name only clients that ask for that name are concerned; others stay connected.
            """
    )

    @Argument(help: ArgumentHelp("The listener's name, ARN, id, or its port.", valueName: "listener"))
    var listener: String

    @Argument(
        help: ArgumentHelp(
            """
            off: no certificate is asked for; passthrough: any or none, told to the target; verify: one that \
            the trust store vouches for.
            """
        )
    )
    var mode: Mode

    @Option(
        help: ArgumentHelp(
            """
            Only of this name, such as api.example.net or *.example.net, on an HTTPS listener. A name without \
            a policy of its own gets one.
            """,
            valueName: "host"
        )
    )
    var name: String?

    @Option(
        help: ArgumentHelp("The trust store; needed where the listener never had one.", valueName: "name")
    )
    var trustStore: String?

    @Option(
        help: ArgumentHelp(
            """
            verify only. required: no other client gets through; optional: clients without a certificate get \
            through as nobody; observed: everybody does, and log and verdict header tell who would not.
            """
        )
    )
    var clientCertificate: Enforcement?

    @Option(
        help: ArgumentHelp(
            """
            verify only, repeatable: let in only clients with such a name, such as subject-cn=press-* (also \
            subject-ou, san-dns, san-uri, spiffe-id); replaces the filters there were.
            """,
            valueName: "field=pattern"
        )
    )
    var identity: [String] = []

    @Option(
        help: ArgumentHelp(
            "verify only, repeatable: let in only leaves with this SHA-256 fingerprint; replaces those there were.",
            valueName: "fingerprint"
        )
    )
    var pin: [String] = []

    @Flag(help: "verify only: let in whomever the trust store vouches for, without filters and pins.")
    var anyIdentity = false

    @Option(help: "verify only: whether client certificates past their end are let in.")
    var ignoreExpiry: Switch?

    @Option(help: "verify only: whether clients are told the names of the trust store's CAs.")
    var advertiseCaNames: Switch?

    @Option(
        help: ArgumentHelp(
            """
            Not in off: let clients resume their sessions for so long after a full handshake (300s; 10s to \
            24h), each judged again; off: no longer.
            """,
            valueName: "time"
        )
    )
    var resumeSessions: String?

    @OptionGroup var rehearsal: RehearsalOption
    @OptionGroup var trial: TrialOption
    @OptionGroup var output: OutputOption
    @OptionGroup var gate: GateOptions

    enum Mode: String, ExpressibleByArgument, CaseIterable {
        case off, passthrough, verify

        var model: MutualAuthentication.Mode {
            switch self {
            case .off: .off
            case .passthrough: .passthrough
            case .verify: .verify
            }
        }
    }

    enum Switch: String, ExpressibleByArgument, CaseIterable {
        case on, off

        var isOn: Bool { self == .on }
    }

    enum Enforcement: String, ExpressibleByArgument, CaseIterable {
        case required, optional, observed

        var model: ClientRequirements.Enforcement {
            switch self {
            case .required: .required
            case .optional: .optional
            case .observed: .observed
            }
        }
    }

    func validate() throws {
        guard !self.anyIdentity || self.identity.isEmpty && self.pin.isEmpty else {
            throw ValidationError("--any-identity takes away what --identity and --pin ask for.")
        }
        guard self.name == nil || self.resumeSessions == nil else {
            throw ValidationError("--resume-sessions is of a whole listener: its names share one cache.")
        }
        if let text = self.resumeSessions, text != "off", TimeText.seconds(text) == nil {
            throw ValidationError("--resume-sessions \(text) is neither off nor a time such as 300s.")
        }
        for text in self.identity where Self.filter(text) == nil {
            let fields = IdentityFilter.Field.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--identity \(text) is not one of \(fields) with = and a pattern.")
        }
    }

    private static func filter(_ text: String) -> IdentityFilter? {
        guard let mark = text.firstIndex(of: "="),
            let field = IdentityFilter.Field(rawValue: String(text[..<mark]))
        else { return nil }
        return IdentityFilter(field: field, values: [String(text[text.index(after: mark)...])])
    }

    mutating func run() async throws {
        var change = MutualAuthenticationChange(
            listener: self.listener,
            serverName: self.name,
            mode: self.mode.model,
            trustStore: self.trustStore
        )
        change.ignoreClientCertificateExpiry = self.ignoreExpiry?.isOn
        change.advertiseTrustStoreCaNames = self.advertiseCaNames?.isOn
        change.clientCertificate = self.clientCertificate?.model
        if !self.identity.isEmpty || self.anyIdentity {
            change.identityFilters = self.identity.compactMap(Self.filter)
        }
        if !self.pin.isEmpty || self.anyIdentity {
            change.pinnedCertificates = self.pin.map { ClientRequirements.fingerprint($0) ?? $0 }
        }
        change.sessionLifetimeSeconds = self.resumeSessions.map { TimeText.seconds($0) ?? 0 }
        try self.gate.requireGate()
        let format = self.output.format
        change.trial = try self.trial.terms(isRunning: self.gate.isRemote)
        let wanted = change
        guard try await self.rehearsal.run(.mutualAuthentication(wanted), self.gate, as: format) else {
            return
        }
        let lines = try await self.gate.withGate { gate, isRunning throws(OperatorError) in
            let receipt = try await gate.setMutualAuthentication(wanted, by: .thisUser(via: "sekisho mtls"))
            return try Report.receipt(receipt, isRunning: isRunning, as: format)
        }
        lines.forEach(Output.line)
    }
}
