import Glibc
import Model

/// Small text files: settings are read, exports are written new, the memory is replaced.
enum TextFile {
    /// Bytes of a file of settings, at most.
    static let byteLimit = 65_536

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Reads a file of at most `limit` bytes; `what` says to a person what it is: `theme`.
    static func read(
        _ path: String,
        what: String,
        limit: Int = TextFile.byteLimit
    ) throws(OperatorError) -> String {
        guard let file = fopen(path, "re") else {
            throw OperatorError(
                .fileUnreadable,
                subject: path,
                message: "The \(what) \(path) cannot be read: \(String(cString: strerror(errno))).",
                hint: "Check the path and its permissions."
            )
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        let count = fread(&bytes, 1, bytes.count, file)
        guard ferror(file) == 0, count <= limit else {
            throw OperatorError(
                .fileUnreadable,
                subject: path,
                message: "The \(what) \(path) is not a readable file of at most \(limit / 1_024) KiB.",
                hint: "Name a \(what) file."
            )
        }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// Writes a file that was not there before; never through a link, never over anything.
    static func writeNew(_ path: String, _ text: String) throws(OperatorError) {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = open(path, flags, 0o600)
        guard file >= 0 else { throw self.unwritable(path) }
        defer { close(file) }
        try self.write(text, to: file, path)
    }

    /// Replaces a file as a whole: whoever reads it sees the old text or the new one.
    static func replace(_ path: String, _ text: String) throws(OperatorError) {
        self.makeDirectory(of: path)
        let temporary = "\(path).new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw self.unwritable(path) }
        do throws(OperatorError) {
            try self.write(text, to: file, path)
            close(file)
        } catch {
            close(file)
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else { throw self.unwritable(path) }
    }

    /// Bytes of a log of ours at which it begins anew.
    static let logLimit = 1 << 20

    /// Opens a file that messages are added to, which is made where it is missing; nil if it cannot be.
    static func openLog(_ path: String) -> Int32? {
        self.makeDirectory(of: path)
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { return nil }
        var status = stat()
        if fstat(file, &status) == 0, status.st_size > Self.logLimit { ftruncate(file, 0) }
        return file
    }

    /// Makes the directories above a file that are missing, for its user alone.
    private static func makeDirectory(of path: String) {
        let parts = path.split(separator: "/").dropLast()
        var directory = ""
        for part in parts {
            directory += "/\(part)"
            mkdir(directory, 0o700)
        }
    }

    private static func write(_ text: String, to file: Int32, _ path: String) throws(OperatorError) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw self.unwritable(path) }
            bytes = bytes.dropFirst(count)
        }
    }

    private static func unwritable(_ path: String) -> OperatorError {
        OperatorError(
            .fileUnreadable,
            subject: path,
            message: "\(path) cannot be written: \(String(cString: strerror(errno))).",
            hint: "Name another file; one that exists is never overwritten."
        )
    }
}
