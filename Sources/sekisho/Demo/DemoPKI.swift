import Foundation
import Glibc
import Model
import TLS

/// The throw-away certificates of the demonstration.
///
/// Made anew at every start: nothing outside the demonstration may come to depend on them.
struct DemoPKI: Sendable {
    let root: CertificateAuthority
    let server: IssuedCertificate
    /// What the trust store accepts.
    let client: IssuedCertificate
    /// Accepted too, for a few days more.
    let expiring: IssuedCertificate
    let expired: IssuedCertificate
    /// On the root's revocation list.
    let revoked: IssuedCertificate
    let notYetValid: IssuedCertificate
    /// Valid in itself, from a CA that no trust store knows.
    let unknownCA: IssuedCertificate
    /// That CA, for those who want to let its client in.
    private let strangerPEM: String
    private let revocationListPEM: String

    private static let day: Int64 = 86_400
    private static let revokedSerialNumber: [UInt8] = [0x5E, 0x25, 0x05]
    /// The list's name in the directory of ``write(to:)``.
    static let revocationList = "rootCA_crl.pem"

    init(now: Timestamp) throws(OperatorError) {
        let day = { (offset: Int64) in Timestamp(seconds: now.seconds + offset * Self.day) }
        self.root = try CertificateAuthority(
            commonName: "Sekisho Demo Root",
            notBefore: day(-60),
            notAfter: day(400)
        )
        let stranger = try CertificateAuthority(
            commonName: "Unknown Root",
            notBefore: day(-60),
            notAfter: day(400)
        )
        self.strangerPEM = stranger.certificatePEM
        var server = CertificateRequest(commonName: "localhost", notBefore: day(-1), notAfter: day(90))
        server.dnsNames = ["localhost"]
        server.ipAddresses = [.loopback, IPAddress(v6: 0, 1)]
        server.extendedKeyUsage = [.serverAuth]
        self.server = try self.root.issue(server)
        var revoked = Self.sensor("sensor-5", from: day(-30), to: day(30))
        revoked.serialNumber = Self.revokedSerialNumber
        self.revoked = try self.root.issue(revoked)
        self.revocationListPEM = try self.root.revocationListPEM(
            RevocationListRequest(
                entries: [RevocationListRequest.Entry(Self.revokedSerialNumber)],
                thisUpdate: day(-1),
                nextUpdate: day(6)
            )
        )
        self.expiring = try self.root.issue(Self.sensor("sensor-6", from: day(-25), to: day(5)))
        self.client = try self.root.issue(Self.sensor("sensor-7", from: day(-1), to: day(30)))
        self.expired = try self.root.issue(Self.sensor("sensor-8", from: day(-30), to: day(-1)))
        self.notYetValid = try self.root.issue(Self.sensor("sensor-9", from: day(7), to: day(30)))
        self.unknownCA = try stranger.issue(Self.sensor("sensor-x", from: day(-1), to: day(30)))
    }

    private static func sensor(_ name: String, from: Timestamp, to: Timestamp) -> CertificateRequest {
        CertificateRequest(
            subject: [
                NameAttribute("C", "DE"), NameAttribute("O", "Umbra Works"), NameAttribute("OU", "Plant B"),
                NameAttribute("CN", name),
            ],
            notBefore: from,
            notAfter: to
        )
    }

    /// Writes everything as PEM files, mode 0600, for curl and for the curious.
    func write(to directory: String) throws(OperatorError) {
        if mkdir(directory, 0o700) != 0, errno != EEXIST { throw Self.unwritable(directory) }
        try Self.write(self.root.certificatePEM, to: "\(directory)/rootCA_cert.pem")
        try Self.write(self.root.privateKey.revealed, to: "\(directory)/rootCA_key.pem")
        try Self.write(self.revocationListPEM, to: "\(directory)/\(Self.revocationList)")
        try Self.write(self.strangerPEM, to: "\(directory)/unknown_rootCA_cert.pem")
        let issued = [
            ("server", self.server), ("client", self.client), ("expiring", self.expiring),
            ("expired", self.expired), ("revoked", self.revoked), ("not_yet_valid", self.notYetValid),
            ("unknown_ca", self.unknownCA),
        ]
        for (name, certificate) in issued {
            try Self.write(certificate.chainPEM, to: "\(directory)/\(name)_cert.pem")
            try Self.write(certificate.privateKey.revealed, to: "\(directory)/\(name)_key.pem")
        }
    }

    private static func write(_ text: String, to path: String) throws(OperatorError) {
        // The umask has made the mode 0600 from the start; an older file keeps its own, so it goes first.
        unlink(path)
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        } catch {
            throw Self.unwritable(path)
        }
        chmod(path, 0o600)
    }

    private static func unwritable(_ path: String) -> OperatorError {
        OperatorError(
            .stateDirectoryUnusable,
            subject: path,
            message: "\(path) cannot be written.",
            hint: "Choose a directory of your own with --state DIR."
        )
    }
}
