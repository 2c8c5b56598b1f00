import Foundation
import Model
import TLS

/// A file with a revocation list, read for a change.
struct ReadFile: Sendable {
    let path: String
    /// SHA-256 of its bytes.
    let digest: String
    let list: ReadRevocationList

    /// Reads files of the gate's machine.
    ///
    /// - Parameter paths: absolute.
    /// - Returns: for each path the file, or why it cannot be used.
    static func read(_ paths: [String]) async -> [String: Result<ReadFile, OperatorError>] {
        guard !paths.isEmpty else { return [:] }
        return await self.onThread {
            var files: [String: Result<ReadFile, OperatorError>] = [:]
            for path in paths where files[path] == nil {
                files[path] = Result { () throws(OperatorError) in
                    try Self.read(OperatorFile.read(path, as: .revocationList), path: path)
                }
            }
            return files
        }
    }

    /// Reads the lists that a change brings with it; none where it is another change.
    ///
    /// - Throws: ``OperatorError`` about the first that cannot be used.
    static func lists(of change: TrustStoreChange) async throws(OperatorError) -> [ReadFile] {
        guard case .addRevocations(let files) = change.edit else { return [] }
        return try await self.onThread {
            Result { () throws(OperatorError) in
                try files.map { file throws(OperatorError) in
                    try Self.read(Array(file.text.utf8), path: file.path)
                }
            }
        }.get()
    }

    /// Half a million entries take longer than an actor should be held up.
    private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: body()) }
        }
    }

    private static func read(_ bytes: [UInt8], path: String) throws(OperatorError) -> ReadFile {
        let digest = CertificateReader.sha256Hex(bytes)
        return ReadFile(path: path, digest: digest, list: try RevocationListReader.read(bytes, path: path))
    }
}
