import Foundation
import TestSupport

extension TemporaryDirectory {
    /// Every file below a directory, by path.
    static func files(below path: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).map { "\(path)/\($0)" }.filter {
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: $0, isDirectory: &isDirectory)
                && !isDirectory.boolValue
        }.sorted()
    }

    static func mode(of path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? Int ?? 0) & 0o777
    }

    static func contents(of path: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path))
    }

    static func text(of path: String) throws -> String {
        String(decoding: try Self.contents(of: path), as: UTF8.self)
    }

    /// What `gzip` makes of a file, whatever it is called.
    static func unzippedText(of path: String) async throws -> String {
        try await runTool(
            "/usr/bin/env",
            ["gzip", "-dc", "-S", path.hasSuffix(".part") ? ".part" : ".gz", path]
        )
        .standardOutput
    }

    /// Of every file below a directory, in the order of their paths.
    static func unzippedTexts(below path: String) async throws -> [String] {
        var texts: [String] = []
        for file in try self.files(below: path) { texts.append(try await self.unzippedText(of: file)) }
        return texts
    }
}
