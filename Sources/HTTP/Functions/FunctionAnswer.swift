import Model

/// The JSON that a function answers with, read and checked (`elbv2-api` 6.5).
///
/// A function's author need not be the gate's: whatever could end a header early or late for the client is
/// refused, as it is of targets.
public struct FunctionAnswer {
    /// 200–599.
    public let status: Int
    /// Complete header lines with their CRLF.
    let lines: ByteBuffer
    /// Of the function's own; empty for the standard's.
    let reason: ByteBuffer
    let body: ByteBuffer

    /// Reads an answer; nil where it is none.
    ///
    /// - Parameters:
    ///   - payload: what the function returned.
    ///   - usesMultiValueHeaders: headers come as lists, and only so.
    ///   - account: where the copies are booked.
    public init?(
        _ payload: UnsafeRawBufferPointer,
        usesMultiValueHeaders: Bool,
        account: BufferAccount? = nil
    ) {
        guard var reader = FunctionAnswerReader(payload, usesMultiValueHeaders, account), reader.read(),
            let status = reader.status
        else { return nil }
        self.status = status
        self.lines = reader.lines
        self.reason = reader.reason
        self.body = reader.body
    }

    /// What follows the head: nothing after HEAD, and where the status has no body (RFC 9110 15).
    public func content(isHead: Bool) -> UnsafeRawBufferPointer {
        isHead || !self.hasBody ? UnsafeRawBufferPointer(start: nil, count: 0) : self.body.bytes
    }

    private var hasBody: Bool { self.status != 204 && self.status != 205 && self.status != 304 }

    /// Writes the head for the client; `added` is complete header lines of ours.
    ///
    /// The body's length is counted, and never believed.
    public func writeHead(
        closes: Bool,
        date: HTTPDate,
        added: UnsafeRawBufferPointer?,
        to out: ByteBuffer
    ) {
        out.append("HTTP/1.1 ")
        out.append(decimal: UInt64(self.status))
        out.append(byte: ASCII.space)
        if self.reason.isEmpty {
            out.append(StatusPhrase.phrase(self.status))
        } else {
            out.append(self.reason.bytes)
        }
        out.append("\r\nServer: awselb/2.0\r\nDate: ")
        out.append(date.bytes)
        out.append(closes ? "\r\nConnection: close\r\n" : "\r\nConnection: keep-alive\r\n")
        out.append(self.lines.bytes)
        if let added { out.append(added) }
        // A length with 204 is not allowed, with 304 it would be that of a 200.
        if self.status != 204, self.status != 304 {
            out.append("Content-Length: ")
            out.append(decimal: UInt64(self.hasBody ? self.body.count : 0))
            out.append("\r\n")
        }
        out.append("\r\n")
    }
}

/// Walks through a function's answer.
private struct FunctionAnswerReader {
    private let isMultiValue: Bool
    private var json: JSONReader
    private let name = ByteBuffer(capacity: 64)
    private let text = ByteBuffer(capacity: 256)
    private(set) var status: Int?
    let lines: ByteBuffer
    let reason = ByteBuffer(capacity: 32)
    private(set) var body: ByteBuffer
    private var isEncoded = false
    private let account: BufferAccount?

    init?(_ payload: UnsafeRawBufferPointer, _ isMultiValue: Bool, _ account: BufferAccount?) {
        guard let json = JSONReader(payload) else { return nil }
        self.json = json
        self.isMultiValue = isMultiValue
        self.account = account
        self.lines = ByteBuffer(capacity: 512, account: account)
        self.body = ByteBuffer(capacity: 1, account: account)
    }

    /// False where the answer is none.
    mutating func read() -> Bool {
        guard self.json.next() == .object, self.json.enterObject() else { return false }
        while true {
            switch self.json.nextMember(into: self.name) {
            case .malformed: return false
            case .end: return self.json.isAtEnd() && self.decodeBody()
            case .element: guard self.readMember() else { return false }
            }
        }
    }

    private mutating func readMember() -> Bool {
        let name = self.name.bytes
        if ASCII.isExactly(name, "statusCode") { return self.readStatus() }
        // A function may say null of anything that it need not say.
        if self.json.next() == .null { return self.json.null() }
        if ASCII.isExactly(name, "body") { return self.readBody() }
        if ASCII.isExactly(name, "isBase64Encoded") {
            guard let flag = self.json.boolean() else { return false }
            self.isEncoded = flag
            return true
        }
        if ASCII.isExactly(name, "statusDescription") { return self.readReason() }
        if self.isMultiValue ? ASCII.isExactly(name, "multiValueHeaders") : ASCII.isExactly(name, "headers") {
            return self.readHeaders()
        }
        return self.json.skip(self.name)
    }

    /// Three digits: a fraction or an exponent is no status, whatever its value.
    private mutating func readStatus() -> Bool {
        guard let digits = self.json.number(), digits.count == 3, (0x32...0x35).contains(digits[0]),
            digits.allSatisfy(ASCII.isDigit)
        else { return false }
        self.status = digits.reduce(0) { $0 * 10 + Int($1 - ASCII.zero) }
        return true
    }

    /// `200 OK`: the number is the status's own to say.
    private mutating func readReason() -> Bool {
        self.text.removeAll()
        guard self.json.string(into: self.text) else { return false }
        var words = self.text.bytes
        if words.count >= 4, words.prefix(3).allSatisfy(ASCII.isDigit), words[3] == ASCII.space {
            words = words.slice(4, words.count)
        }
        guard words.count <= EngineLimits.headerLineBytes, !ASCII.hasForbiddenControl(words) else {
            return false
        }
        self.reason.append(words)
        return true
    }

    private mutating func readBody() -> Bool {
        self.body = ByteBuffer(capacity: 4_096, account: self.account)
        return self.json.string(into: self.body)
    }

    private mutating func decodeBody() -> Bool {
        guard self.isEncoded else { return true }
        guard let bytes = Base64.decode(Array(self.body.bytes)) else { return false }
        self.body = ByteBuffer(capacity: bytes.count, account: self.account)
        self.body.append(bytes)
        return true
    }

    private mutating func readHeaders() -> Bool {
        guard self.json.enterObject() else { return false }
        while true {
            switch self.json.nextMember(into: self.name) {
            case .malformed: return false
            case .end: return true
            case .element:
                guard self.isMultiValue ? self.readValues() : self.readValue() else { return false }
            }
        }
    }

    private mutating func readValues() -> Bool {
        guard self.json.enterArray() else { return false }
        while true {
            switch self.json.nextElement() {
            case .malformed: return false
            case .end: return true
            case .element: guard self.readValue() else { return false }
            }
        }
    }

    /// A value, and with it the line; numbers and truth values are taken by the letter.
    private mutating func readValue() -> Bool {
        self.text.removeAll()
        switch self.json.next() {
        case .string: guard self.json.string(into: self.text) else { return false }
        case .number:
            guard let digits = self.json.number() else { return false }
            self.text.append(digits)
        case .boolean:
            guard let flag = self.json.boolean() else { return false }
            self.text.append(flag ? "true" : "false")
        case .null: return self.json.null()
        case .object, .array, nil: return false
        }
        return self.writeLine()
    }

    private func writeLine() -> Bool {
        let name = self.name.bytes
        let value = ASCII.trimmed(self.text.bytes)
        guard ASCII.isToken(name), !ASCII.hasForbiddenControl(value),
            name.count + value.count + 4 <= EngineLimits.headerLineBytes,
            self.lines.count + name.count + value.count + 4 <= EngineLimits.responseHeadBytes
        else { return false }
        switch HeaderKind(name: name) {
        case .connection, .contentLength, .transferEncoding, .suspicious, .upgrade, .hopByHop: return true
        case .endToEnd, .host, .expect, .forwardedFor, .forwardedFact, .traceID, .forged, .nominated: break
        }
        // These two are ours to say, as in every answer that is not a target's.
        if ASCII.equals(name, "date") || ASCII.equals(name, "server") { return true }
        self.lines.append(name)
        self.lines.append(": ")
        self.lines.append(value)
        self.lines.append("\r\n")
        return true
    }
}
