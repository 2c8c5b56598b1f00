public import Model

/// A redirect, ready to be filled in for a request without allocating.
public struct RedirectTemplate: Sendable {
    private enum Piece: Sendable {
        case text([UInt8])
        case keyword(Redirect.Keyword)
    }

    /// What the keywords stand for in one request; borrowed for the call that writes it.
    public struct Facts {
        public var isTLS: Bool
        public var host: UnsafeRawBufferPointer
        public var port: UInt16
        /// With its leading slash.
        public var path: UnsafeRawBufferPointer
        /// Empty where there is none.
        public var query: UnsafeRawBufferPointer

        public init(
            isTLS: Bool,
            host: UnsafeRawBufferPointer,
            port: UInt16,
            path: UnsafeRawBufferPointer,
            query: UnsafeRawBufferPointer
        ) {
            self.isTLS = isTLS
            self.host = host
            self.port = port
            self.path = path
            self.query = query
        }
    }

    /// A longer address is answered with 507 instead (`elbv2-api` 5.2).
    public static let locationBytes = 8_192

    public let status: Int
    private let beforeQuery: [Piece]
    private let query: [Piece]

    public init(_ redirect: Redirect) {
        self.status = redirect.statusCode.code
        var pieces: [Piece] = []
        if redirect.protocol == "#{protocol}" {
            pieces.append(.keyword(.protocol))
        } else {
            pieces.append(.text(Array(redirect.protocol.lowercased().utf8)))
        }
        pieces.append(.text(Array("://".utf8)))
        pieces += Self.pieces(redirect.host)
        pieces.append(.text([ASCII.colon]))
        pieces += Self.pieces(redirect.port)
        pieces += Self.pieces(redirect.path)
        self.beforeQuery = pieces
        self.query = Self.pieces(redirect.query)
    }

    private static func pieces(_ part: String) -> [Piece] {
        Redirect.pieces(part).map { piece in
            switch piece {
            case .text(let text): .text(Array(text.utf8))
            case .keyword(let keyword): .keyword(keyword)
            }
        }
    }

    /// Writes the value of `Location`, with its port, as ALB does.
    public func writeLocation(_ facts: Facts, to out: ByteBuffer) {
        for piece in self.beforeQuery { self.write(piece, facts, to: out) }
        let end = out.count
        out.append(byte: 0x3F)
        for piece in self.query { self.write(piece, facts, to: out) }
        if out.count == end + 1 { out.removeLast(1) }
    }

    private func write(_ piece: Piece, _ facts: Facts, to out: ByteBuffer) {
        switch piece {
        case .text(let bytes): out.append(bytes)
        case .keyword(.protocol): out.append(facts.isTLS ? "https" : "http")
        case .keyword(.host): out.append(lowercased: facts.host)
        case .keyword(.port): out.append(decimal: UInt64(facts.port))
        case .keyword(.path):
            let hasSlash = facts.path.first == ASCII.slash
            out.append(facts.path.slice(hasSlash ? 1 : 0, facts.path.count))
        case .keyword(.query): out.append(facts.query)
        }
    }
}
