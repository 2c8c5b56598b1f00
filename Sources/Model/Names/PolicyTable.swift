/// The function from a server name to the policy that clients who ask for it are judged by.
///
/// There is one, and TLS and HTTP both call it: TLS with the name in the ClientHello, HTTP with the host of
/// every request. A request whose host belongs to another policy than the connection it came on was judged by
/// is answered with 421 (RFC 9110 15.5.20), so that no name can be reached through the policy of another.
///
/// Names are told apart without letter case and without a dot at the end. The very name is looked for first,
/// then wildcards, the longest first; `*.a.test` is for `b.a.test` and `c.b.a.test`, not for `a.test`. What
/// is nobody's has policy 0, and so has a client that asks for no name.
public final class PolicyTable: Sendable {
    private struct Entry: Sendable {
        /// In normal form; of a wildcard what stands behind its star, from the dot.
        let text: [UInt8]
        let policy: Int
    }

    /// Longer ones are nobody's (RFC 1035 2.3.4).
    private static let maximumLength = 255

    private let entries: [UInt64: [Entry]]

    /// A table in which all names have policy 0.
    public static let single = PolicyTable([])

    /// `names` are in normal form, wildcards beginning with `*.`.
    public init(_ names: [(name: String, policy: Int)]) {
        var entries: [UInt64: [Entry]] = [:]
        for (name, policy) in names {
            let text = Array((name.hasPrefix("*.") ? name.dropFirst() : Substring(name)).utf8)
            let entry = Entry(text: text, policy: policy)
            text.withUnsafeBytes { entries[Self.hash($0), default: []].append(entry) }
        }
        self.entries = entries
    }

    public var isSingle: Bool { self.entries.isEmpty }

    /// The policy of a name, which may be of any letter case and end in a dot; empty for none.
    public func policy(for name: UnsafeRawBufferPointer) -> Int {
        guard !self.entries.isEmpty else { return 0 }
        var name = name
        if name.last == 0x2E { name = UnsafeRawBufferPointer(rebasing: name.dropLast()) }
        // What begins with a dot is what a wildcard is found by, and no name.
        guard (1...Self.maximumLength).contains(name.count), name.first != 0x2E else { return 0 }
        if let policy = self.find(name) { return policy }
        // From the left, so that the longest wildcard comes first; a star stands for something.
        for index in name.indices.dropFirst() where name[index] == 0x2E {
            if let policy = self.find(UnsafeRawBufferPointer(rebasing: name[index...])) { return policy }
        }
        return 0
    }

    /// The same for a name as text; a pattern has the policy of the names that it alone is for.
    public func policy(for name: String?) -> Int {
        var name = name ?? ""
        return name.withUTF8 { self.policy(for: UnsafeRawBufferPointer($0)) }
    }

    private func find(_ text: UnsafeRawBufferPointer) -> Int? {
        guard let candidates = self.entries[Self.hash(text)] else { return nil }
        for candidate in candidates where candidate.text.count == text.count {
            var isEqual = true
            for index in text.indices where Self.lowercase(text[index]) != candidate.text[index] {
                isEqual = false
                break
            }
            if isEqual { return candidate.policy }
        }
        return nil
    }

    /// FNV-1a of the text in lower case; clients can enter nothing here, so it need not withstand them.
    private static func hash(_ text: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text { hash = (hash ^ UInt64(self.lowercase(byte))) &* 0x0000_0100_0000_01B3 }
        return hash
    }

    @inline(__always)
    private static func lowercase(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }
}

extension ServedTLS {
    /// The policies that clients may be judged by, no two alike; the listener's own is the first.
    public var policies: [ClientPolicy] {
        var policies = [self.clientPolicy]
        for named in self.namePolicies where !policies.contains(named.policy) {
            policies.append(named.policy)
        }
        return policies
    }

    /// Which of ``policies`` a name has.
    ///
    /// Names whose policies are alike share one: who was judged by it was judged for all of them.
    public var policyTable: PolicyTable {
        let policies = self.policies
        guard policies.count > 1 else { return .single }
        return PolicyTable(
            self.namePolicies.flatMap { named in
                named.names.map { ($0, policies.firstIndex(of: named.policy) ?? 0) }
            }
        )
    }
}
