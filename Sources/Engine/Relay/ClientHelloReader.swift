import Model

/// Finds the server name in a ClientHello without taking part in the handshake (RFC 8446 4.1.2, RFC 6066 3).
///
/// It is fed the bytes as they come, in pieces of any size; each is looked at once. A hello may be spread
/// over several records.
struct ClientHelloReader {
    enum Result: Hashable {
        case incomplete
        /// The first byte is no handshake record's: this is not TLS.
        case notTLS
        /// A whole ClientHello, and the name it asks for in lower case; nil without one.
        case hello(serverName: String?)
        /// It began as TLS, and is not.
        case damaged
    }

    private var recordHeader: [UInt8] = []
    private var recordRest = 0
    private var message: [UInt8] = []

    /// Takes the next bytes; after another result than `incomplete` it must not be called again.
    mutating func read(_ bytes: UnsafeRawBufferPointer) -> Result {
        var offset = 0
        while offset < bytes.count {
            guard self.recordRest == 0 else {
                let end = min(bytes.count, offset + self.recordRest)
                self.message += bytes[offset..<end]
                self.recordRest -= end - offset
                offset = end
                if let result = self.result() { return result }
                continue
            }
            self.recordHeader.append(bytes[offset])
            offset += 1
            if self.recordHeader[0] != 0x16 { return self.message.isEmpty ? .notTLS : .damaged }
            if self.recordHeader.count == 2, self.recordHeader[1] != 3 { return .damaged }
            guard self.recordHeader.count == 5 else { continue }
            self.recordRest = Int(self.recordHeader[3]) << 8 + Int(self.recordHeader[4])
            self.recordHeader = []
            // An empty handshake record is forbidden (RFC 8446 5.1), and would cost us nothing but time.
            guard (1...16_384).contains(self.recordRest) else { return .damaged }
        }
        return .incomplete
    }

    /// nil while the message is not whole.
    private func result() -> Result? {
        if let type = self.message.first, type != 1 { return .damaged }
        guard self.message.count >= 4 else { return nil }
        let length = self.message[1...3].reduce(0) { $0 << 8 + Int($1) }
        guard length <= EngineLimits.clientHelloBytes else { return .damaged }
        guard self.message.count >= 4 + length else { return nil }
        guard self.message.count == 4 + length else { return .damaged }
        var hello = Cursor(self.message[4...])
        guard hello.skip(34), hello.vector(lengthBytes: 1) != nil, hello.vector(lengthBytes: 2) != nil,
            hello.vector(lengthBytes: 1) != nil
        else { return .damaged }
        if hello.isAtEnd { return .hello(serverName: nil) }
        guard let extensions = hello.vector(lengthBytes: 2), hello.isAtEnd else { return .damaged }
        return Self.serverName(in: extensions)
    }

    private static func serverName(in extensions: ArraySlice<UInt8>) -> Result {
        var cursor = Cursor(extensions)
        var name: String?
        while !cursor.isAtEnd {
            guard let type = cursor.number(2), let content = cursor.vector(lengthBytes: 2) else {
                return .damaged
            }
            guard type == 0 else { continue }
            // Two answers to one question would leave the target free to take the other.
            guard name == nil, let found = Self.hostName(in: content) else { return .damaged }
            name = found
        }
        return .hello(serverName: name)
    }

    /// The one name of a server_name extension.
    private static func hostName(in content: ArraySlice<UInt8>) -> String? {
        var cursor = Cursor(content)
        guard let list = cursor.vector(lengthBytes: 2), cursor.isAtEnd else { return nil }
        var entries = Cursor(list)
        guard entries.number(1) == 0, let bytes = entries.vector(lengthBytes: 2), entries.isAtEnd else {
            return nil
        }
        let text = String(decoding: bytes, as: UTF8.self)
        // A wildcard is for routes, not for clients.
        guard !text.hasPrefix("*") else { return nil }
        return SNIRoute.normalized(text)
    }

    private struct Cursor {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: ArraySlice<UInt8>) {
            self.rest = bytes
        }

        var isAtEnd: Bool { self.rest.isEmpty }

        mutating func skip(_ count: Int) -> Bool {
            guard self.rest.count >= count else { return false }
            self.rest = self.rest.dropFirst(count)
            return true
        }

        mutating func number(_ bytes: Int) -> Int? {
            guard self.rest.count >= bytes else { return nil }
            defer { self.rest = self.rest.dropFirst(bytes) }
            return self.rest.prefix(bytes).reduce(0) { $0 << 8 + Int($1) }
        }

        mutating func vector(lengthBytes: Int) -> ArraySlice<UInt8>? {
            guard let count = self.number(lengthBytes), self.rest.count >= count else { return nil }
            defer { self.rest = self.rest.dropFirst(count) }
            return self.rest.prefix(count)
        }
    }
}
