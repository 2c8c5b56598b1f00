import Foundation

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
        guard let end = self.bytes[(self.bytes.startIndex + self.searched)...].firstIndex(of: 0x0A) else {
            self.searched = self.bytes.count
            guard self.searched <= self.limit else { throw LineTooLong() }
            return nil
        }
        let line = Data(self.bytes[..<end])
        guard line.count <= self.limit else { throw LineTooLong() }
        self.bytes = Data(self.bytes[(end + 1)...])
        self.searched = 0
        return line
    }
}
