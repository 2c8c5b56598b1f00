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

    public init(lines: [Line]) {
        self.lines = lines
    }

    public var isEmpty: Bool { self.lines.isEmpty }
}

extension Plan.Line: CustomStringConvertible {
    /// `change listener edge-8443: mode passthrough -> verify`.
    public var description: String {
        let head = "\(self.verb.rawValue) \(self.resource)"
        return self.details.isEmpty ? head : "\(head): \(self.details.joined(separator: ", "))"
    }
}
