import Glibc
import Model

/// A log file that is appended to, and moved aside as `<path>.1`, `<path>.2`, … when it is full.
///
/// Only whole lines stay in it: what a full disk cut off is taken back. A file that somebody moved or
/// deleted is made anew. Used from one thread at a time.
struct RotatedFile: ~Copyable {
    private let path: String
    private let rotateBytes: Int
    private let keptFiles: Int
    private var descriptor: FileDescriptor?
    private var size = 0

    /// Opens the file, making it (mode 0600) with its directory where it is missing.
    init(path: String, rotateBytes: Int, keptFiles: Int) throws(OperatorError) {
        self.init(later: path, rotateBytes: rotateBytes, keptFiles: keptFiles)
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try StateDirectory.makeDirectory(String(path[..<slash]))
        }
        try self.open()
    }

    /// A file that is opened when there is something to append.
    init(
        later path: String,
        rotateBytes: Int = LogLimits.fileBytes,
        keptFiles: Int = LogLimits.keptFiles
    ) {
        self.path = path
        self.rotateBytes = max(1, rotateBytes)
        self.keptFiles = max(0, keptFiles)
    }

    /// Appends pieces of whole lines, each with its line end; none is divided between two files.
    ///
    /// - Throws: what went wrong, and how many pieces were in the file by then.
    mutating func append(_ lines: [[UInt8]]) throws(AppendFailure) {
        do throws(OperatorError) {
            try self.reopenIfMoved()
        } catch {
            throw AppendFailure(written: 0, cause: error)
        }
        var written = 0
        while written < lines.count {
            var block: [UInt8] = []
            var end = written
            repeat {
                block += lines[end]
                end += 1
            } while end < lines.count && self.size + block.count + lines[end].count <= self.rotateBytes
            do throws(OperatorError) {
                if self.size > 0, self.size + block.count > self.rotateBytes { try self.rotate() }
                try self.write(block)
            } catch {
                throw AppendFailure(written: written, cause: error)
            }
            written = end
        }
    }

    /// What went wrong, and how many lines were in the file by then.
    struct AppendFailure: Error {
        let written: Int
        let cause: OperatorError
    }

    private mutating func write(_ block: [UInt8]) throws(OperatorError) {
        guard self.descriptor != nil else { throw .system(EBADF, doing: "write", path: self.path) }
        if self.descriptor?.writeAll(block) == true {
            self.size += block.count
            return
        }
        let number = errno
        // Half a line would spoil the next one as well.
        if let raw = self.descriptor?.raw { _ = ftruncate(raw, self.size) }
        throw .system(number, doing: "write", path: self.path)
    }

    private mutating func rotate() throws(OperatorError) {
        self.descriptor = nil
        if self.keptFiles == 0 {
            unlink(self.path)
        } else {
            for number in stride(from: self.keptFiles - 1, to: 0, by: -1) {
                rename("\(self.path).\(number)", "\(self.path).\(number + 1)")
            }
            rename(self.path, "\(self.path).1")
        }
        try self.open()
    }

    private mutating func open() throws(OperatorError) {
        guard let descriptor = FileDescriptor(opening: self.path, flags: O_WRONLY | O_APPEND | O_CREAT) else {
            throw .system(errno, doing: "open", path: self.path)
        }
        var status = stat()
        guard fstat(descriptor.raw, &status) == 0 else {
            throw .system(errno, doing: "open", path: self.path)
        }
        self.size = Int(status.st_size)
        self.descriptor = consume descriptor
    }

    /// One `stat` a write, of which there are five a second at most.
    private mutating func reopenIfMoved() throws(OperatorError) {
        guard let raw = self.descriptor?.raw else {
            try self.open()
            return
        }
        var there = stat()
        var ours = stat()
        let isSame =
            stat(self.path, &there) == 0 && fstat(raw, &ours) == 0
            && there.st_ino == ours.st_ino && there.st_dev == ours.st_dev
        if !isSame { try self.open() }
    }
}
