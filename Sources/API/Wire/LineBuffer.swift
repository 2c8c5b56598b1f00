import Foundation
import Glibc

/// Bytes from a peer, cut into lines.
///
/// Holds at most `limit` bytes and one read more. What follows the last line end is not a line: a message
/// cut short by a dying peer is never handed out.
struct LineBuffer: Sendable {
    /// A line has grown past the bound; the stream cannot be resynchronised.
    struct LineTooLong: Error {}

    private let limit: Int
    private var bytes = Data()
    /// No line end stands before this offset, so that a long line is searched once.
    private var searched = 0

    init(limit: Int) {
        self.limit = limit
    }

    mutating func append(_ chunk: UnsafeRawBufferPointer) {
        self.bytes.append(contentsOf: chunk)
    }

    /// Takes the oldest whole line, without its end; nil when more bytes are needed.
    mutating func next() throws(LineTooLong) -> Data? {
        guard let end = self.lineEnd else {
            self.searched = self.bytes.count
            guard self.searched <= self.limit else { throw LineTooLong() }
            return nil
        }
        let line = Data(self.bytes.prefix(end))
        guard line.count <= self.limit else { throw LineTooLong() }
        self.bytes = Data(self.bytes.dropFirst(end + 1))
        self.searched = 0
        return line
    }

    /// The offset of the first line end; memchr(3), because a batch of records is long and often there.
    private var lineEnd: Int? {
        self.bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, self.searched < bytes.count else { return nil }
            let end = memchr(base + self.searched, 0x0A, bytes.count - self.searched)
            return end.map { UnsafeRawPointer($0) - base }
        }
    }
}
