import Foundation
import Model
public import TLS

/// A directory of one test, removed with its last reference.
public final class TemporaryDirectory: Sendable {
    /// Absolute, without a trailing slash.
    public let path: String

    public init() throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("sekisho-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        self.path = directory.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.path)
    }

    /// The path of a file in the directory.
    public func file(_ name: String) -> String {
        "\(self.path)/\(name)"
    }

    /// Writes a file, readable by its owner only, and returns its path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        let path = self.file(name)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }

    /// Writes `<name>_cert.pem` (the chain) and `<name>_key.pem`, and returns their paths.
    @discardableResult
    public func write(
        _ certificate: IssuedCertificate,
        named name: String
    ) throws -> (certificate: String, key: String) {
        (
            try self.write(certificate.chainPEM, to: "\(name)_cert.pem"),
            try self.write(certificate.privateKey.revealed, to: "\(name)_key.pem")
        )
    }
}
