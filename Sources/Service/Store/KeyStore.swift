import Glibc
import Model

/// The private keys and the keys that invocations are signed with: one file each, `<id>.pem`, mode 0600, and
/// nowhere else.
///
/// The key of cookies is kept as they are, in a file of its own.
///
/// A key is on the disk before the configuration that needs it is stored, and goes after the one that does
/// not is. What a crash in between leaves is a key nobody refers to; the next start removes it.
struct KeyStore: Sendable {
    /// More than any PEM key needs; a larger file is not one of ours.
    private static let keyBytes = 65_536

    let path: String

    /// Reads a certificate's key.
    func load(_ id: ResourceID) throws(OperatorError) -> SecretText {
        let file = self.file(id)
        guard let descriptor = FileDescriptor(opening: file, flags: O_RDONLY),
            let bytes = descriptor.readAll(limit: Self.keyBytes)
        else {
            throw OperatorError(
                .fileUnreadable,
                subject: file,
                message: "The key \(file) cannot be read: \(String(cString: strerror(errno))).",
                hint: "Run `sekisho apply` again with the configuration and the files it names."
            )
        }
        return SecretText(String(decoding: bytes, as: UTF8.self))
    }

    /// The key of cookies; makes one where there is none that can be read.
    ///
    /// A new key costs clients no more than their place: they are given other targets, and new cookies.
    func cookieKey(at file: String) throws(OperatorError) -> CookieKey {
        if let descriptor = FileDescriptor(opening: file, flags: O_RDONLY),
            let key = descriptor.readShortText().flatMap({ CookieKey(digits: $0) })
        {
            return key
        }
        let key = CookieKey.random()
        try self.write(key.digits, to: file, draft: "\(file).tmp")
        return key
    }

    /// Writes a key so that after a power cut it is there whole or not at all.
    func save(_ key: SecretText, for id: ResourceID) throws(OperatorError) {
        try self.write(key, to: self.file(id), draft: "\(self.path)/\(id).tmp")
    }

    private func write(_ key: SecretText, to file: String, draft: String) throws(OperatorError) {
        unlink(draft)
        guard let descriptor = FileDescriptor(opening: draft, flags: O_WRONLY | O_CREAT | O_EXCL),
            descriptor.writeAll(Array(key.revealed.utf8)), descriptor.synchronize(),
            rename(draft, file) == 0
        else {
            let number = errno
            unlink(draft)
            throw .system(number, doing: "write", path: file)
        }
        try self.synchronizeDirectory()
    }

    func remove(_ id: ResourceID) {
        unlink(self.file(id))
    }

    /// Removes keys and half-written keys that no certificate refers to.
    ///
    /// Only names this type makes are touched, so that a file an operator put here stays.
    func removeAll(except ids: Set<ResourceID>) {
        guard let directory = opendir(self.path) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let id = ResourceID(name.prefix(16)) else { continue }
            let isOrphan = name.dropFirst(16) == ".pem" && !ids.contains(id)
            let isDraft = name.dropFirst(16) == ".tmp"
            if isOrphan || isDraft { unlink("\(self.path)/\(name)") }
        }
    }

    private func file(_ id: ResourceID) -> String {
        "\(self.path)/\(id).pem"
    }

    /// A rename is durable when the directory is.
    private func synchronizeDirectory() throws(OperatorError) {
        guard let directory = FileDescriptor(opening: self.path, flags: O_RDONLY | O_DIRECTORY),
            directory.synchronize()
        else { throw .system(errno, doing: "write", path: self.path) }
    }
}
