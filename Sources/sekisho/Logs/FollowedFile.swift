import Foundation
import Glibc

/// A log file that is read as it grows, across its being moved aside.
struct FollowedFile {
    /// A line that is longer is given up: no log of ours has one.
    private static let lineBytes = 1_048_576

    private let path: String
    /// Where it began to be followed; nil where it was missing.
    let start: UInt64?
    private var handle: FileHandle?
    private var rest = Data()

    /// Begins behind what is there; a file that is missing is waited for.
    init(path: String) {
        self.path = path
        self.handle = FileHandle(forReadingAtPath: path)
        self.start = try? self.handle?.seekToEnd()
    }

    /// The lines that have been completed since the last call.
    mutating func newLines() -> [String] {
        var lines = self.read()
        if self.isMoved {
            // Nobody writes to the old file any more: what is left in it has just been read.
            self.handle = FileHandle(forReadingAtPath: self.path)
            self.rest = Data()
            lines += self.read()
        }
        return lines
    }

    private mutating func read() -> [String] {
        guard let data = try? self.handle?.readToEnd(), !data.isEmpty else { return [] }
        self.rest += data
        guard let end = self.rest.lastIndex(of: 0x0A) else {
            if self.rest.count > Self.lineBytes { self.rest = Data() }
            return []
        }
        let whole = self.rest[...end]
        self.rest = Data(self.rest[(end + 1)...])
        return String(decoding: whole, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private var isMoved: Bool {
        var there = stat()
        guard stat(self.path, &there) == 0 else { return false }
        guard let handle else { return true }
        var ours = stat()
        return fstat(handle.fileDescriptor, &ours) == 0
            && (there.st_ino != ours.st_ino || there.st_dev != ours.st_dev)
    }
}
