import Glibc
import Model
import TLS

/// The revocation lists in force: one file each, `<SHA-256 of the list>.crl` in DER, mode 0600.
///
/// Beside the database and not in it, so that half a million entries are neither copied into every backup of
/// a row nor read to answer a question. A list is on the disk before the configuration that names it is
/// stored, and goes after the last one that does. What is read is held against its name.
struct RevocationFiles: Sendable {
    let path: String

    /// Writes a list so that after a power cut it is there whole or not at all.
    func save(_ list: ReadRevocationList) throws(OperatorError) {
        let file = self.file(list.facts.fingerprint)
        guard self.bytes(of: file).map(CertificateReader.sha256Hex) != list.facts.fingerprint else { return }
        let draft = "\(file).tmp"
        unlink(draft)
        guard let descriptor = FileDescriptor(opening: draft, flags: O_WRONLY | O_CREAT | O_EXCL),
            descriptor.writeAll(list.der), descriptor.synchronize(), rename(draft, file) == 0
        else {
            let number = errno
            unlink(draft)
            throw .system(number, doing: "write", path: file)
        }
        guard let directory = FileDescriptor(opening: self.path, flags: O_RDONLY | O_DIRECTORY),
            directory.synchronize()
        else { throw .system(errno, doing: "write", path: self.path) }
    }

    /// Reads a list of a trust store.
    func load(_ fingerprint: String) throws(OperatorError) -> ReadRevocationList {
        let file = self.file(fingerprint)
        guard let bytes = self.bytes(of: file) else {
            throw self.unusable(file, "cannot be read: \(String(cString: strerror(errno)))")
        }
        guard CertificateReader.sha256Hex(bytes) == fingerprint else {
            throw self.unusable(file, "is not what was stored there")
        }
        return try RevocationListReader.decode(bytes, path: file)
    }

    /// Removes lists and half-written lists that nothing refers to; other files stay.
    func removeAll(except fingerprints: Set<String>) {
        guard let directory = opendir(self.path) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            let stem = name.prefix(64)
            guard stem.utf8.count == 64, stem.utf8.allSatisfy({ Self.digits.contains($0) }) else { continue }
            let isOrphan = name.dropFirst(64) == ".crl" && !fingerprints.contains(String(stem))
            if isOrphan || name.dropFirst(64) == ".crl.tmp" { unlink("\(self.path)/\(name)") }
        }
    }

    private func bytes(of file: String) -> [UInt8]? {
        guard let descriptor = FileDescriptor(opening: file, flags: O_RDONLY) else { return nil }
        return descriptor.readAll(limit: Quotas.revocationFileBytes)
    }

    private static let digits = Set("0123456789abcdef".utf8)

    private func file(_ fingerprint: String) -> String {
        "\(self.path)/\(fingerprint).crl"
    }

    private func unusable(_ file: String, _ problem: String) -> OperatorError {
        OperatorError(
            .stateUnreadable,
            subject: file,
            message: "The revocation list \(file) \(problem).",
            hint: "Restore the file, or give the trust store its lists again: remove them and add them anew."
        )
    }
}
