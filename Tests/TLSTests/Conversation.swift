import Model
import TestSupport

@testable import TLS

/// A client and a server that talk through memory.
final class Conversation {
    let client: ClientConnection
    let server: ServerConnection
    let clientWindow = CipherWindow()
    let serverWindow = CipherWindow()

    /// What the server's handshake came to; nil while it waits.
    private(set) var outcome: HandshakeOutcome?

    /// Changes what the client sends before the server sees it.
    var tamper: ([UInt8]) -> [UInt8] = { $0 }

    /// Bytes handed to the server at a time.
    var chunk = Int.max

    init(
        _ clientContext: ClientContext,
        _ serverContext: ServerContext,
        serverName: String? = "localhost",
        resuming session: ClientSession? = nil,
        verdicts: VerdictCache? = nil,
        allVerdicts: [VerdictCache] = []
    ) throws {
        self.client = try ClientConnection(
            context: clientContext,
            window: self.clientWindow,
            serverName: serverName,
            resuming: session
        )
        self.server = try ServerConnection(
            context: serverContext,
            window: self.serverWindow,
            verdicts: verdicts.map { [$0] } ?? allVerdicts
        )
    }

    /// Lets both talk until the server has an outcome and the client has seen what followed, or until both
    /// wait.
    ///
    /// A handshake takes 3 flights; the bound only keeps a broken one from going on for ever.
    @discardableResult
    func run() -> HandshakeOutcome? {
        var isClientDone = self.client.handshake() != .needsInput
        for _ in 0..<8 where self.outcome == nil {
            self.feedServer(self.tamper(self.take(self.clientWindow)))
            isClientDone = self.feedClient(isClientDone)
        }
        return self.outcome
    }

    /// Hands bytes to the server's handshake.
    func feedServer(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty, self.outcome == nil {
            let piece = Array(rest.prefix(self.chunk))
            rest = rest.dropFirst(self.chunk)
            piece.withUnsafeBytes { piece in
                self.serverWindow.setInput(piece)
                switch self.server.handshake() {
                case .complete: self.outcome = .success
                case .failed(let outcome): self.outcome = outcome
                case .needsInput: break
                }
            }
        }
    }

    private func feedClient(_ isDone: Bool) -> Bool {
        let bytes = self.take(self.serverWindow)
        return bytes.withUnsafeBytes { bytes in
            self.clientWindow.setInput(bytes)
            let isDone = isDone || self.client.handshake() != .needsInput
            // Tickets, and in TLS 1.3 the alert of a refusal, follow the client's handshake.
            if isDone {
                withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { _ = self.client.read(into: $0) }
            }
            return isDone
        }
    }

    func take(_ window: CipherWindow) -> [UInt8] {
        defer { window.clearOutput() }
        return Array(window.output)
    }
}

/// What every handshake test needs.
struct Bench {
    static let versions: [ClientContext.Version] = [.tls12, .tls13]

    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    func server(
        _ policy: ClientPolicy,
        listener: UInt64 = 1,
        generation: UInt64 = 1
    ) throws -> ServerContext {
        try ServerContext(
            ServerMaterial(
                self.pki.served(policy),
                listenerID: ResourceID(bits: listener),
                policyGeneration: generation
            )
        )
    }

    func client(
        _ certificate: IssuedCertificate?,
        _ version: ClientContext.Version,
        offer: ClientContext.Offer = ClientContext.Offer()
    ) throws -> ClientContext {
        try ClientContext(
            trustedRootPEM: self.pki.root.certificatePEM,
            certificateChainPEM: certificate?.chainPEM,
            privateKey: certificate?.privateKey,
            versions: version...version,
            offer: offer
        )
    }

    /// One handshake of a client of a kind.
    func outcome(
        of certificate: IssuedCertificate?,
        _ version: ClientContext.Version,
        _ policy: ClientPolicy
    ) throws -> Conversation {
        let talk = try Conversation(try self.client(certificate, version), try self.server(policy))
        talk.run()
        return talk
    }
}
