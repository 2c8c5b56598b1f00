import Glibc
import Model

/// The end of the access log's file.
struct AccessLogTail: Sendable {
    /// Bytes that are read for one answer; what is before them is left out.
    private static let bytes = 1_048_576

    let path: String

    /// The lines after a place in the file, or the newest.
    ///
    /// A place behind the end is that of a file that has been put aside since: the new one is read from its
    /// beginning.
    func page(_ query: RequestQuery) throws(OperatorError) -> RequestPage {
        guard let file = FileDescriptor(opening: self.path, flags: O_RDONLY) else {
            // It is made with the first request.
            guard errno == ENOENT else { throw .system(errno, doing: "read", path: self.path) }
            return RequestPage(lines: [], end: 0, skipped: 0)
        }
        var status = stat()
        guard fstat(file.raw, &status) == 0 else { throw .system(errno, doing: "read", path: self.path) }
        let size = Int(status.st_size)
        let after = query.after.map { Int(clamping: $0) }.map { $0 > size ? 0 : $0 }
        let start = max(after ?? 0, size - Self.bytes)
        let capacity = size - start
        let text = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            count = max(0, pread(file.raw, buffer.baseAddress, capacity, off_t(start)))
        }
        // A line that is being written has no end yet, and one that is begun within has no beginning.
        let end = text.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let isWhole = start == after ?? 0
        let first = isWhole ? 0 : (text.firstIndex(of: 0x0A).map { $0 + 1 } ?? 0)
        let lines = text[min(first, end)..<end].split(separator: 0x0A)
        let limit = min(max(1, query.limit), RequestQuery.lines)
        return RequestPage(
            lines: lines.suffix(limit).map { String(decoding: $0, as: UTF8.self) },
            end: UInt64(start + end),
            skipped: query.after == nil ? 0 : max(0, lines.count - limit)
        )
    }
}
