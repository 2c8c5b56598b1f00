import CNghttp2

/// Fields on their way into a HEADERS frame, made from the lines of an HTTP/1.1 head of our own writers.
///
/// Used again for every head of a session; nghttp2 copies what it is given.
final class HeaderBlock {
    private let text = ByteBuffer(capacity: 512)
    private var fields: [Field] = []
    private var vectors: [nghttp2_nv] = []

    private struct Field {
        let name: Range<Int>
        let value: Range<Int>
    }

    func begin() {
        self.text.removeAll()
        self.fields.removeAll(keepingCapacity: true)
    }

    func add(_ name: StaticString, _ value: UnsafeRawBufferPointer) {
        let start = self.text.count
        self.text.append(name)
        self.addValue(value, ofNameAt: start)
    }

    func add(_ name: StaticString, _ value: StaticString) {
        self.add(name, UnsafeRawBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
    }

    func add(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        let start = self.text.count
        self.text.append(lowercased: name)
        self.addValue(value, ofNameAt: start)
    }

    private func addValue(_ value: UnsafeRawBufferPointer, ofNameAt start: Int) {
        let middle = self.text.count
        self.text.append(value)
        self.fields.append(Field(name: start..<middle, value: middle..<self.text.count))
    }

    /// Goes through complete header lines up to the empty one or the end; false if they are none.
    ///
    /// What HTTP/2 does not know is left out (RFC 9113 8.2.2); the rest is offered to `body`, which adds it.
    static func forEachLine(
        of lines: UnsafeRawBufferPointer,
        _ body: (HeaderKind, _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void
    ) -> Bool {
        var start = 0
        while let end = ASCII.firstIndex(of: ASCII.lineFeed, in: lines, from: start), end > start + 1 {
            guard let colon = ASCII.firstIndex(of: ASCII.colon, in: lines, from: start), colon < end else {
                return false
            }
            let name = lines.slice(start, colon)
            let kind = HeaderKind(name: name)
            switch kind {
            case .connection, .upgrade, .hopByHop: break
            default: body(kind, name, ASCII.trimmed(lines.slice(colon + 1, end - 1)))
            }
            start = end + 1
        }
        return true
    }

    /// Shows the fields to `body`, in their order.
    func withFields<Result>(_ body: (UnsafePointer<nghttp2_nv>?, Int) -> Result) -> Result {
        self.vectors.removeAll(keepingCapacity: true)
        if let base = self.text.bytes.baseAddress {
            // nghttp2 changes neither names nor values.
            let memory = UnsafeMutableRawPointer(mutating: base).assumingMemoryBound(to: UInt8.self)
            for field in self.fields {
                self.vectors.append(
                    nghttp2_nv(
                        name: memory + field.name.lowerBound,
                        value: memory + field.value.lowerBound,
                        namelen: field.name.count,
                        valuelen: field.value.count,
                        flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)
                    )
                )
            }
        }
        return self.vectors.withUnsafeBufferPointer { body($0.baseAddress, $0.count) }
    }
}
