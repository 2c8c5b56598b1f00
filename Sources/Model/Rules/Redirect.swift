/// An answer that sends the client elsewhere (`elbv2-api` 5.2).
///
/// Each part may hold keywords that stand for what the request had: `#{protocol}`, `#{host}`, `#{port}`,
/// `#{path}` (without its leading slash) and `#{query}`.
public struct Redirect: Hashable, Sendable, Codable {
    /// ELBv2's names: 301 is remembered by clients, 302 is not.
    public enum Status: String, Hashable, Sendable, Codable, CaseIterable {
        case movedPermanently = "HTTP_301"
        case found = "HTTP_302"

        public var code: Int { self == .movedPermanently ? 301 : 302 }
    }

    /// `HTTP`, `HTTPS` or `#{protocol}`.
    public var `protocol`: String
    /// 1–128 characters.
    public var host: String
    /// 1–65535 or `#{port}`.
    public var port: String
    /// 1–128 characters, beginning with `/`.
    public var path: String
    /// 0–128 characters, without the `?`.
    public var query: String
    public var statusCode: Status

    /// Creates the redirect; what is not given stays as the request has it.
    public init(
        protocol: String = "#{protocol}",
        host: String = "#{host}",
        port: String = "#{port}",
        path: String = "/#{path}",
        query: String = "#{query}",
        statusCode: Status
    ) {
        self.protocol = `protocol`
        self.host = host
        self.port = port
        self.path = path
        self.query = query
        self.statusCode = statusCode
    }

    /// A piece of a part: text as it is, or what a keyword stands for.
    public enum Piece: Hashable, Sendable {
        case text(String)
        case keyword(Keyword)
    }

    public enum Keyword: String, Hashable, Sendable, CaseIterable {
        case `protocol`, host, port, path, query
    }

    /// Splits a part into its pieces; text that only looks like a keyword stays text.
    public static func pieces(_ part: String) -> [Piece] {
        var pieces: [Piece] = []
        var text = ""
        var rest = Substring(part)
        while let first = rest.first {
            if rest.hasPrefix("#{"), let end = rest.firstIndex(of: "}"),
                let keyword = Keyword(rawValue: String(rest[..<end].dropFirst(2)))
            {
                if !text.isEmpty { pieces.append(.text(text)) }
                text = ""
                pieces.append(.keyword(keyword))
                rest = rest[rest.index(after: end)...]
            } else {
                text.append(first)
                rest = rest.dropFirst()
            }
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        return pieces
    }
}

extension Redirect {
    /// Says what of it is not allowed on a listener of this protocol.
    ///
    /// - Throws: ``OperatorError`` whose subject is the name of the offending property.
    public func check(on listener: Listener.ListenerProtocol) throws(OperatorError) {
        guard ["HTTP", "HTTPS", "#{protocol}"].contains(self.protocol) else {
            throw Self.invalid(
                "protocol",
                "protocol \"\(self.protocol)\" is not one that a redirect may have.",
                "Write HTTP, HTTPS or #{protocol}."
            )
        }
        guard listener == .http || self.protocol != "HTTP" else {
            throw Self.invalid(
                "protocol",
                "A redirect from HTTPS to HTTP would take a client's protection away.",
                "Write HTTPS or #{protocol}."
            )
        }
        try Self.checkText(self.host, "host", 1...128, [.host])
        try Self.checkText(self.path, "path", 1...128, [.host, .port, .path])
        try Self.checkText(self.query, "query", 0...128, Keyword.allCases)
        guard self.host.utf8.allSatisfy({ !Self.endsHost.contains($0) }) else {
            throw Self.invalid(
                "host",
                "host \"\(self.host)\" is more than a host.",
                "Write a name or #{host}; port, path and query have properties of their own."
            )
        }
        guard self.port == "#{port}" || (UInt16(self.port).map { $0 > 0 && "\($0)" == self.port } ?? false)
        else { throw .outOfRange("port", got: "\"\(self.port)\"", allowed: "1–65535, or #{port}") }
        guard self.path.hasPrefix("/") else {
            throw Self.invalid("path", "path \"\(self.path)\" does not begin with /.", "Begin it with /.")
        }
        let hasChange =
            self.protocol != "#{protocol}" || self.host != "#{host}" || self.port != "#{port}"
            || self.path != "/#{path}"
        guard hasChange else {
            throw Self.invalid(
                "protocol",
                "The redirect changes nothing, so clients would be sent in a circle.",
                "Change at least one of protocol, host, port and path."
            )
        }
    }

    /// `/`, `?`, `#` outside keywords, `@`, `\` and `:` would end the host or begin another part.
    private static let endsHost = Set("/?@\\:".utf8)

    private static func checkText(
        _ text: String,
        _ property: String,
        _ lengths: ClosedRange<Int>,
        _ keywords: [Keyword]
    ) throws(OperatorError) {
        guard lengths.contains(text.utf8.count) else {
            throw .outOfRange(
                property,
                got: "\(text.utf8.count) characters long",
                allowed: "\(lengths.lowerBound)–\(lengths.upperBound) characters"
            )
        }
        for piece in Self.pieces(text) {
            switch piece {
            case .text(let text):
                guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x23 }) else {
                    throw Self.invalid(
                        property,
                        "\(property) holds a character that cannot stand in an address, or an unknown keyword.",
                        "Percent-encode it; keywords here: \(Self.list(keywords))."
                    )
                }
            case .keyword(let keyword):
                guard keywords.contains(keyword) else {
                    throw Self.invalid(
                        property,
                        "#{\(keyword.rawValue)} cannot stand in \(property).",
                        "Keywords here: \(Self.list(keywords))."
                    )
                }
            }
        }
    }

    private static func list(_ keywords: [Keyword]) -> String {
        keywords.map { "#{\($0.rawValue)}" }.joined(separator: ", ")
    }

    private static func invalid(_ property: String, _ message: String, _ hint: String) -> OperatorError {
        OperatorError(.validationError, subject: property, message: message, hint: hint)
    }
}
