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
    }

    let directory: TemporaryDirectory
    let originPort: UInt16

    let serverCertificate: String
    let serverKey: String
    /// Both in one file, as HAProxy wants them.
    let serverPair: String
    let clientCertificate: String
    let clientKey: String
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
        self.rootCertificate = try self.directory.write(self.pki.root.certificatePEM, to: "root.pem")
        self.serverPair = try self.directory.write(
            self.pki.server.chainPEM + self.pki.server.privateKey.revealed,
            to: "server_pair.pem"
        )
    }
}
