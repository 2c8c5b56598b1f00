import Model
import TLS
import TestSupport

/// What all contenders are configured from: certificates, ports, the target.
struct Site {
    /// A contender's ports on 127.0.0.1.
    struct Ports {
        /// TLS with client certificates verified and HTTP/2 on offer.
        let verify: UInt16
        /// TLS without client certificates.
        let off: UInt16
        /// Bytes as they come.
        let tcp: UInt16
        /// As `verify`, with sessions that resume; Sekisho only.
        let resuming: UInt16

        /// Listeners in `verify` are many, and come last.
        init(first: UInt16) {
            self.off = first
            self.tcp = first + 1
            self.resuming = first + 2
            self.verify = first + 3
        }

        static func count(verifying: UInt16) -> UInt16 { 3 + verifying }
    }

    let directory: TemporaryDirectory
    let originPort: UInt16

    let serverCertificate: String
    let serverKey: String
    /// Both in one file, as HAProxy wants them.
    let serverPair: String
    let clientCertificate: String
    let clientKey: String
    /// Of a client whose certificate has expired: where that is overlooked, it is judged every time.
    let unknownCertificate: String
    let unknownKey: String
    let rootCertificate: String
    let pki: TestPKI

    /// Makes the certificates: P-256, servers and clients directly under one root.
    init() throws {
        self.directory = try TemporaryDirectory()
        self.originPort = try FreePorts.block(of: 1)
        self.pki = try TestPKI()
        let client = try self.pki.client(.valid)
        (self.serverCertificate, self.serverKey) = try self.directory.write(self.pki.server, named: "server")
        (self.clientCertificate, self.clientKey) = try self.directory.write(client, named: "client")
        let unknown = try self.pki.client(.expired)
        (self.unknownCertificate, self.unknownKey) = try self.directory.write(unknown, named: "unknown")
        self.rootCertificate = try self.directory.write(self.pki.root.certificatePEM, to: "root.pem")
        self.serverPair = try self.directory.write(
            self.pki.server.chainPEM + self.pki.server.privateKey.revealed,
            to: "server_pair.pem"
        )
    }

    /// A list of the root in a file, with so many serial numbers of nobody, in no order.
    func revocationList(entries: Int) throws -> String {
        var state: UInt64 = 1
        let serials = (0..<entries).map { index -> [UInt8] in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let random = (0..<8).map { UInt8(truncatingIfNeeded: state >> UInt64(8 * $0)) }
            let number = (0..<4).map { UInt8(truncatingIfNeeded: index >> (8 * $0)) }
            return [0x40] + random + number
        }
        let list = try self.pki.root.revocationListPEM(self.pki.revoking(serials))
        return try self.directory.write(list, to: "root.crl")
    }
}
