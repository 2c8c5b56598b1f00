/// A request's head, as far as an echo needs to understand it.
struct EchoHead: Hashable, Sendable {
    /// Request line and header lines as they arrived, each ended by a line feed.
    private(set) var shown: [UInt8] = []
    private(set) var method = ""
    private(set) var target = ""
    private(set) var contentLength = 0
    private(set) var isChunked = false
    private(set) var wantsClose = false
    private(set) var expectsContinue = false
    private(set) var isHeadMethod = false

    /// Nothing in hand.
    init() {}

    /// Reads a head with its final empty line; nil if it is malformed or its length is ambiguous.
    init?(_ bytes: some Collection<UInt8>) {
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(separator: "\r\n", omittingEmptySubsequences: false)
            .dropLast(2)
        guard let request = lines.first, self.readRequestLine(request) else { return nil }
        var lengths: Set<String> = []
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), colon > line.startIndex,
                !line[..<colon].contains(where: \.isWhitespace)
            else { return nil }
            let value = line[line.index(after: colon)...].trimmed
            switch line[..<colon].lowercased() {
            case "content-length": lengths.insert(value)
            case "transfer-encoding":
                // Two codings, or the same twice, leave the length to be guessed.
                guard value.lowercased() == "chunked", !self.isChunked else { return nil }
                self.isChunked = true
            case "connection": self.readConnection(value.lowercased())
            case "expect": self.expectsContinue = value.lowercased() == "100-continue"
            default: break
            }
        }
        guard self.readLength(lengths) else { return nil }
        self.shown = Array(lines.joined(separator: "\n").utf8) + [0x0A]
    }

    private mutating func readRequestLine(_ line: Substring) -> Bool {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, !words[1].isEmpty, words[2].hasPrefix("HTTP/1.") else {
            return false
        }
        self.method = String(words[0])
        self.target = String(words[1])
        self.isHeadMethod = words[0] == "HEAD"
        self.wantsClose = words[2] == "HTTP/1.0"
        return true
    }

    private mutating func readConnection(_ value: String) {
        for option in value.split(separator: ",").map(\.trimmed) {
            if option == "close" { self.wantsClose = true }
            if option == "keep-alive" { self.wantsClose = false }
        }
    }

    private mutating func readLength(_ lengths: Set<String>) -> Bool {
        guard let text = lengths.first else { return true }
        guard lengths.count == 1, !self.isChunked, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(text)
        else { return false }
        self.contentLength = length
        return true
    }
}

extension StringProtocol {
    /// Without spaces and tabs at either end.
    var trimmed: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let first = self.firstIndex(where: { !isBlank($0) }),
            let last = self.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(self[first...last])
    }
}
