/// What an `apply` would do, line by line, before anything is done.
public struct Plan: Hashable, Sendable, Codable {
    public struct Line: Hashable, Sendable, Codable {
        public enum Verb: String, Hashable, Sendable, Codable {
            case create
            case change
            case delete
        }

        public let verb: Verb
        /// `listener edge-8443`, `trust store clients`.
        public let resource: String
        /// What differs, for a change: `mode passthrough -> verify`; empty otherwise.
        public let details: [String]

        public init(verb: Verb, resource: String, details: [String] = []) {
            self.verb = verb
            self.resource = resource
            self.details = details
        }
    }

    public let lines: [Line]

    /// What is accepted and needs somebody's attention all the same, one sentence each.
    public let warnings: [String]

    public init(lines: [Line], warnings: [String] = []) {
        self.lines = lines
        self.warnings = warnings
    }

    /// Whether there is nothing to do; there may be warnings.
    public var isEmpty: Bool { self.lines.isEmpty }
}

extension Plan {
    private enum CodingKeys: String, CodingKey { case lines, warnings }

    /// Gates that tell no warnings are understood.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            lines: try container.decode([Line].self, forKey: .lines),
            warnings: try container.decodeIfPresent([String].self, forKey: .warnings) ?? []
        )
    }
}

extension Plan.Line: CustomStringConvertible {
    /// `change listener edge-8443: mode passthrough -> verify`.
    public var description: String {
        let head = "\(self.verb.rawValue) \(self.resource)"
        return self.details.isEmpty ? head : "\(head): \(self.details.joined(separator: ", "))"
    }
}
