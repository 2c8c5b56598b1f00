/// Which clients of the ledger are wanted; conditions that are nil let everyone through.
public struct ClientQuery: Hashable, Sendable, Codable {
    /// What ``expiringWithinSeconds`` may be: up to a hundred years.
    public static let expiringWithin: ClosedRange<Int64> = 1...3_155_760_000

    /// Certificates that are valid now and expire within so many seconds.
    public var expiringWithinSeconds: Int64?
    /// Leaves out whoever has been seen with a certificate of the same subject that is valid for longer.
    public var notRenewed = false
    /// Clients that have not been seen since.
    public var lastSeenBefore: Timestamp?
    /// Only those that some listener has verified.
    public var verifiedOnly = true
    /// In the language of ``Filter``, over ``FilterSchema/clients``; empty for all.
    public var filter = ""
    /// At most; 1–``LedgerLimits/page``.
    public var limit = LedgerLimits.page

    public init() {}
}

/// Clients, those seen last in front.
public struct ClientList: Hashable, Sendable, Codable {
    public let clients: [KnownClient]
    /// How many there are that were asked for, listed or not.
    public let matching: Int
    /// How many the ledger knows, by whether a listener has verified them.
    public let verified: Int
    public let unverified: Int

    public init(clients: [KnownClient], matching: Int, verified: Int, unverified: Int) {
        self.clients = clients
        self.matching = matching
        self.verified = verified
        self.unverified = unverified
    }
}

extension FilterSchema {
    /// The fields of the ledger of clients.
    public static let clients = FilterSchema([
        "subject": .text, "cn": .text, "san": .text, "issuer": .text, "serial": .text, "fp": .text,
        "key": .text, "root": .text, "store": .text,
        "client": .address, "listener": .text, "reason": .text, "tls": .text, "handshakes": .number,
        "refused": .number, "expires": .remaining, "age": .age, "since": .since, "at": .time,
    ])
}

extension KnownClient: FilterRow {
    public func has(_ field: FilterField, _ passes: (FilterValue) -> Bool) -> Bool {
        func text(_ text: String) -> Bool { passes(.text(FoldedText(text))) }
        switch field.name {
        case "subject": return text(NameText.readable(self.facts.subject))
        case "cn": return text(NameText.readable(self.facts.commonName))
        case "san": return self.alternativeNames.contains { Self.namings($0).contains(where: text) }
        case "root":
            return self.roots.contains {
                text(NameText.readable($0.anchor.subject)) || text($0.anchor.fingerprint)
            }
        case "store": return self.roots.contains { text($0.anchor.trustStore) }
        case "issuer": return text(NameText.readable(self.facts.issuer))
        case "serial": return text(self.facts.serialNumber)
        case "fp": return text(self.facts.fingerprint)
        case "key": return text(self.facts.keyDescription)
        case "client":
            return self.places.contains { passes(.address($0.address)) || text($0.address.description) }
        case "listener": return self.listeners.keys.contains(where: text)
        case "reason": return self.refusals.keys.contains(where: text)
        case "tls": return self.tlsVersion.map(text) ?? false
        case "handshakes": return passes(.number(Double(self.handshakes)))
        case "refused": return passes(.number(Double(self.refused)))
        case "expires": return passes(.number(Double(self.facts.notAfter.microseconds)))
        case "age", "since", "at": return passes(.number(Double(self.lastSeen.microseconds)))
        default: return false
        }
    }

    public func contains(_ word: FoldedText) -> Bool {
        let texts = [
            NameText.readable(self.facts.subject), NameText.readable(self.facts.issuer),
            self.facts.serialNumber, self.facts.fingerprint,
        ]
        let vouching = self.roots.flatMap { [NameText.readable($0.anchor.subject), $0.anchor.trustStore] }
        let counted = Array(self.listeners.keys) + self.refusals.keys
        return (texts + self.alternativeNames + vouching + counted).contains { FoldedText($0).contains(word) }
            || self.places.contains { FoldedText($0.address.description).contains(word) }
    }

    /// An alternative name with its kind and without.
    private static func namings(_ name: String) -> [String] {
        [name, name.firstIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name]
    }
}
