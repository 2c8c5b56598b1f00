import Model

/// The JSON that a function is given for a request (`elbv2-api` 6.5).
///
/// It is made of the head as a target would get it, so that whatever is removed, joined, rewritten or added
/// on the way to targets is so here too, the identity headers above all.
public struct FunctionEvent {
    private typealias Part = Range<Int>

    private let head: UnsafeRawBufferPointer
    private let isMultiValue: Bool
    private var lines: [(name: Part, value: Part)] = []
    private var method: Part = 0..<0
    private var target: Part = 0..<0

    private init(_ head: UnsafeRawBufferPointer, isMultiValue: Bool) {
        self.head = head
        self.isMultiValue = isMultiValue
        self.split()
    }

    /// Writes the event up to its body.
    ///
    /// - Parameters:
    ///   - forwarded: a whole head, by ``RequestHead/writeForwarded(_:to:facts:)``.
    ///   - targetGroupARN: ASCII.
    ///   - usesMultiValueHeaders: lists in place of the last value of each name.
    ///   - out: where to.
    /// - Returns: how the body is to be written; nil where a header is not UTF-8 and there can be no event.
    public static func begin(
        _ forwarded: UnsafeRawBufferPointer,
        targetGroupARN: String,
        usesMultiValueHeaders: Bool,
        to out: ByteBuffer
    ) -> BodyEncoding? {
        let event = FunctionEvent(forwarded, isMultiValue: usesMultiValueHeaders)
        out.append("{\"requestContext\":{\"elb\":{\"targetGroupArn\":\"")
        out.append(Array(targetGroupARN.utf8))
        out.append("\"}},\"httpMethod\":\"")
        out.append(event.bytes(event.method))
        out.append("\",\"path\":")
        guard event.writeTarget(to: out), event.writeHeaders(to: out) else { return nil }
        out.append(",\"body\":")
        return event.bodyEncoding
    }

    /// Writes the body and the end of the event; false where a text is not UTF-8.
    public static func finish(
        _ body: UnsafeRawBufferPointer,
        _ encoding: BodyEncoding,
        to out: ByteBuffer
    ) -> Bool {
        guard encoding == .base64, !body.isEmpty else {
            guard JSONWriter.write(body, to: out) else { return false }
            out.append(",\"isBase64Encoded\":false}")
            return true
        }
        out.append(byte: 0x22)
        self.write(base64: body, to: out)
        out.append("\",\"isBase64Encoded\":true}")
        return true
    }

    /// The event of a health check: the shape of any other, and one header.
    public static func healthCheck(
        path: String,
        targetGroupARN: String,
        usesMultiValueHeaders: Bool
    ) -> [UInt8] {
        let out = ByteBuffer(capacity: 512)
        let head = "GET \(path) HTTP/1.1\r\nuser-agent: ELB-HealthChecker/2.0\r\n\r\n"
        _ = Array(head.utf8).withUnsafeBytes {
            self.begin(
                $0,
                targetGroupARN: targetGroupARN,
                usesMultiValueHeaders: usesMultiValueHeaders,
                to: out
            )
        }
        _ = self.finish(UnsafeRawBufferPointer(start: nil, count: 0), .text, to: out)
        return Array(out.bytes)
    }

    /// How a body becomes a string.
    public enum BodyEncoding: Equatable, Sendable {
        case text
        case base64
    }

    // MARK: Reading the head

    /// The head is of our own making: every line has its colon, one space and its line end.
    private mutating func split() {
        var start = 0
        while let end = ASCII.firstIndex(of: ASCII.lineFeed, in: self.head, from: start), end - start > 1 {
            defer { start = end + 1 }
            if start == 0 {
                self.splitRequestLine(end - 1)
                continue
            }
            guard let colon = ASCII.firstIndex(of: ASCII.colon, in: self.head, from: start), colon < end
            else {
                continue
            }
            let name = start..<colon
            // The event has its own end of the body.
            if ASCII.equals(self.bytes(name), "transfer-encoding") { continue }
            let value = ASCII.trimmed(self.head.slice(colon + 1, end - 1))
            let offset =
                value.baseAddress.map { $0 - UnsafeRawPointer(self.head.baseAddress ?? $0) } ?? end - 1
            self.lines.append((name, offset..<offset + value.count))
        }
    }

    private mutating func splitRequestLine(_ end: Int) {
        let first = ASCII.firstIndex(of: ASCII.space, in: self.head, from: 0) ?? end
        let second = ASCII.firstIndex(of: ASCII.space, in: self.head, from: first + 1) ?? end
        self.method = 0..<first
        self.target = min(first + 1, second)..<second
    }

    private func bytes(_ part: Part) -> UnsafeRawBufferPointer {
        self.head.slice(part.lowerBound, part.upperBound)
    }

    /// Plain where it is text by its type and nothing has coded it; without a type it is anything.
    private var bodyEncoding: BodyEncoding {
        var isText = false
        for line in self.lines {
            let name = self.bytes(line.name)
            if ASCII.equals(name, "content-encoding") { return .base64 }
            guard ASCII.equals(name, "content-type") else { continue }
            var position = 0
            let value = self.bytes(line.value)
            let type =
                ASCII.nextElement(of: value, separator: ASCII.semicolon, from: &position) ?? value
            isText =
                type.count > 5 && ASCII.equals(type.slice(0, 5), "text/")
                || ASCII.equals(type, "application/json") || ASCII.equals(type, "application/xml")
                || ASCII.equals(type, "application/javascript")
        }
        return isText ? .text : .base64
    }

    // MARK: Writing

    private func writeTarget(to out: ByteBuffer) -> Bool {
        let target = self.bytes(self.target)
        let end = ASCII.firstIndex(of: 0x3F, in: target, from: 0) ?? target.count
        guard JSONWriter.write(target.slice(0, end), to: out) else { return false }
        out.append(
            self.isMultiValue ? ",\"multiValueQueryStringParameters\":{" : ",\"queryStringParameters\":{"
        )
        let query = target.slice(min(end + 1, target.count), target.count)
        guard self.writeParameters(query, to: out) else { return false }
        out.append(byte: 0x7D)
        return true
    }

    /// Keys and values as they came, escapes and all; each key where it came first.
    private func writeParameters(_ query: UnsafeRawBufferPointer, to out: ByteBuffer) -> Bool {
        var keys: [[UInt8]] = []
        var values: [[UInt8]: [UnsafeRawBufferPointer]] = [:]
        var start = 0
        while start < query.count {
            let end = ASCII.firstIndex(of: 0x26, in: query, from: start) ?? query.count
            defer { start = end + 1 }
            let parameter = query.slice(start, end)
            if parameter.isEmpty { continue }
            let mark = ASCII.firstIndex(of: 0x3D, in: parameter, from: 0) ?? parameter.count
            let key = Array(parameter.slice(0, mark))
            if values[key] == nil { keys.append(key) }
            values[key, default: []].append(parameter.slice(min(mark + 1, parameter.count), parameter.count))
        }
        for (index, key) in keys.enumerated() {
            if index > 0 { out.append(byte: ASCII.comma) }
            guard key.withUnsafeBytes({ JSONWriter.write($0, to: out) }),
                self.write(values[key] ?? [], to: out)
            else { return false }
        }
        return true
    }

    /// Few enough lines to compare each with each: ``EngineLimits/headerCount``.
    private func writeHeaders(to out: ByteBuffer) -> Bool {
        out.append(self.isMultiValue ? ",\"multiValueHeaders\":{" : ",\"headers\":{")
        var isFirst = true
        for (index, line) in self.lines.enumerated() {
            let name = self.bytes(line.name)
            let isKnown = self.lines[..<index].contains { ASCII.equals(self.bytes($0.name), name) }
            if isKnown { continue }
            if !isFirst { out.append(byte: ASCII.comma) }
            isFirst = false
            JSONWriter.write(name: name, to: out)
            let values = self.lines[index...].filter { ASCII.equals(self.bytes($0.name), name) }
            guard self.write(values.map { self.bytes($0.value) }, to: out) else { return false }
        }
        out.append(byte: 0x7D)
        return true
    }

    /// Behind a name: all values, or the last.
    private func write(_ values: [UnsafeRawBufferPointer], to out: ByteBuffer) -> Bool {
        out.append(byte: ASCII.colon)
        guard self.isMultiValue else {
            return values.last.map { JSONWriter.write($0, to: out) } ?? false
        }
        for (index, value) in values.enumerated() {
            out.append(byte: index == 0 ? 0x5B : ASCII.comma)
            guard JSONWriter.write(value, to: out) else { return false }
        }
        out.append(byte: 0x5D)
        return true
    }

    /// In pieces of a multiple of three bytes, so that only the last has padding.
    private static func write(base64 body: UnsafeRawBufferPointer, to out: ByteBuffer) {
        let piece = 49_152
        var text: [UInt8] = []
        for start in stride(from: 0, to: body.count, by: piece) {
            text.removeAll(keepingCapacity: true)
            Base64.append(Array(body[start..<min(start + piece, body.count)])[...], to: &text)
            out.append(text)
        }
    }
}
