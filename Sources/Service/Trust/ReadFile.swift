import Foundation
import Model
import TLS

/// A file with a revocation list, read for a change.
struct ReadFile: Sendable {
    let path: String
    /// SHA-256 of its bytes.
    let digest: String
    let list: ReadRevocationList

    /// Reads files on a thread of its own: half a million entries take longer than an actor should be held
    /// up.
    ///
    /// - Parameter paths: absolute.
    /// - Returns: for each path the file, or why it cannot be used.
    static func read(_ paths: [String]) async -> [String: Result<ReadFile, OperatorError>] {
        guard !paths.isEmpty else { return [:] }
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var files: [String: Result<ReadFile, OperatorError>] = [:]
                for path in paths where files[path] == nil {
                    files[path] = Result { () throws(OperatorError) in try Self.read(path) }
                }
                continuation.resume(returning: files)
            }
        }
    }

    private static func read(_ path: String) throws(OperatorError) -> ReadFile {
        let bytes = try OperatorFile.read(path, as: .revocationList)
        let digest = CertificateReader.sha256Hex(bytes)
        return ReadFile(path: path, digest: digest, list: try RevocationListReader.read(bytes, path: path))
    }
}
