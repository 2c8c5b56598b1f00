import Model
import TestSupport
import Testing

@testable import TLS

/// What any stranger can send before anybody knows him.
@Suite("Damaged ClientHello")
struct DamagedHelloTests {
    let pki: TestPKI

    init() throws {
        self.pki = try TestPKI()
    }

    /// A handshake can fail between any two steps of the library, and is asked for what it knows by then.
    @Test(
        "Whichever byte of it is wrong, the connection goes on or fails, and says what is known of it",
        arguments: [ClientPolicy.Kind.off, .verify],
        [ClientContext.Version.tls12, .tls13]
    )
    func everyByte(kind: ClientPolicy.Kind, version: ClientContext.Version) throws {
        let policy = kind == .off ? ClientPolicy.off : self.pki.verification()
        let material = try ServerMaterial(
            self.pki.served(policy),
            listenerID: ResourceID(bits: 1),
            policyGeneration: 1
        )
        let context = try ServerContext(material)
        let hello = try self.hello(version)
        for index in hello.indices {
            for mask: UInt8 in [0x01, 0x80, 0xFF] {
                var damaged = hello
                damaged[index] ^= mask
                let window = CipherWindow()
                let connection = try ServerConnection(context: context, window: window)
                damaged.withUnsafeBytes { bytes in
                    window.setInput(bytes)
                    if case .complete = connection.handshake() { Issue.record("completed at \(index)") }
                }
                #expect(!connection.facts().isResumed)
            }
        }
    }

    private func hello(_ version: ClientContext.Version) throws -> [UInt8] {
        let window = CipherWindow()
        let connection = try ClientConnection(
            context: self.pki.context(nil, versions: .tls12...version),
            window: window,
            serverName: "localhost",
            resuming: nil
        )
        _ = connection.handshake()
        return Array(window.output)
    }
}

extension ClientPolicy {
    enum Kind: Sendable {
        case off
        case verify
    }
}
