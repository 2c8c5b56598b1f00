import Glibc
import Model

/// What is in a directory, for somebody who looks for a file.
struct FileListing: Hashable, Sendable {
    struct Entry: Hashable, Sendable {
        let name: String
        let isDirectory: Bool
        /// Bytes; 0 for a directory.
        let size: Int
    }

    /// Entries that are listed; of a larger directory the path of a file has to be typed.
    static let limit = 5_000

    /// Absolute.
    let directory: String
    /// Directories first, then files, each by name; without those whose name begins with a dot.
    let entries: [Entry]
    let isCut: Bool

    /// Reads a directory, or the one that a file lies in.
    static func read(_ path: String) throws(OperatorError) -> FileListing {
        let expanded = self.expanded(path)
        guard let resolved = realpath(expanded, nil) else { throw self.unreadable(expanded) }
        defer { free(resolved) }
        let directory = String(cString: resolved)
        guard let handle = opendir(directory) else { throw self.unreadable(directory) }
        defer { closedir(handle) }
        var entries: [Entry] = []
        while entries.count <= self.limit, let entry = readdir(handle) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix(".") else { continue }
            var status = stat()
            guard stat("\(directory)/\(name)", &status) == 0 else { continue }
            let kind = status.st_mode & S_IFMT
            // Devices, pipes and sockets are no files to be chosen.
            guard kind == S_IFDIR || kind == S_IFREG else { continue }
            entries.append(
                Entry(
                    name: name,
                    isDirectory: kind == S_IFDIR,
                    size: kind == S_IFDIR ? 0 : Int(status.st_size)
                )
            )
        }
        return FileListing(
            directory: directory,
            entries: entries.prefix(self.limit).sorted {
                ($0.isDirectory ? 0 : 1, $0.name) < ($1.isDirectory ? 0 : 1, $1.name)
            },
            isCut: entries.count > self.limit
        )
    }

    /// Whether a path, however it is written, is a directory's.
    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(self.expanded(path), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// A path with the user's own directory for `~`.
    static func expanded(_ path: String) -> String {
        guard path == "~" || path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
        return String(cString: home) + path.dropFirst()
    }

    private static func unreadable(_ path: String) -> OperatorError {
        OperatorError(
            .fileUnreadable,
            subject: path,
            message: "\(path) cannot be read: \(String(cString: strerror(errno))).",
            hint: "Type another path, or go up with Left."
        )
    }
}
