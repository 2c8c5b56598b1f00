import Foundation
import Glibc
import Model

/// Reads the files an operator names: whole, bounded, and as UTF-8.
enum FileLoader {
    /// Why a file could not be read, as the end of a sentence that begins with its name.
    struct Failure: Error, Hashable {
        let reason: String
        /// Whether it is another file that is meant, and not another content.
        var isAbsent = false
    }

    /// Bytes of a configuration file.
    static let configurationBytes = 4 * 1_024 * 1_024

    /// Bytes of a certificate, key or bundle.
    ///
    /// A trust store at every quota is below 600 KiB of PEM.
    static let materialBytes = 1_024 * 1_024

    /// `path`, or where it lies below `directory` if it is relative.
    static func resolve(_ path: String, relativeTo directory: String) -> String {
        path.hasPrefix("/") || directory.isEmpty ? path : "\(directory)/\(path)"
    }

    /// The path from the root on, for a gate that has another working directory; links are left as they are.
    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }

    /// The part of a path before the file's name; empty for the working directory.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// What a file holds that a field names; nil where it cannot be read, which has been noted.
    static func contents(of field: Field?, in directory: String, hint: String) -> FileContents? {
        guard let field, let path = field.text() else { return nil }
        let place = self.resolve(path, relativeTo: directory)
        do throws(Failure) {
            return FileContents(path: path, text: try self.read(place, limit: self.materialBytes))
        } catch {
            field.refuse(
                "\(path) \(error.reason).",
                hint: error.isAbsent && !path.hasPrefix("/")
                    ? "Paths are relative to the configuration file: there is no \(place)." : hint
            )
            return nil
        }
    }

    static func read(_ path: String, limit: Int) throws(Failure) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("cannot be read", errno) }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw .system("cannot be read", errno) }
        guard facts.st_mode & S_IFMT != S_IFDIR else { throw Failure(reason: "is a directory") }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system("cannot be read", errno) }
            guard count > 0 else { break }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw Failure(reason: "is larger than \(limit / 1_024) KiB") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(reason: "is not text in UTF-8")
        }
        return text
    }
}

extension FileLoader.Failure {
    fileprivate static func system(_ what: String, _ number: Int32) -> FileLoader.Failure {
        FileLoader.Failure(
            reason: "\(what): \(String(cString: strerror(number)))",
            isAbsent: number == ENOENT || number == ENOTDIR
        )
    }
}
