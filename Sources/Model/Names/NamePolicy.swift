/// How clients that ask for certain names are judged, in place of the listener's own settings.
public struct NamePolicy: Hashable, Sendable, Codable {
    /// In normal form: lower case, without a dot at the end; `*.` in front stands for one label or more.
    public let names: [String]
    public let mutualAuthentication: MutualAuthentication

    public init(names: [String], mutualAuthentication: MutualAuthentication) {
        self.names = names
        self.mutualAuthentication = mutualAuthentication
    }
}

extension NamePolicy {
    public var mode: MutualAuthentication.Mode { self.mutualAuthentication.mode }

    /// Says what of the names of a listener's policies is not allowed.
    ///
    /// - Throws: ``OperatorError`` whose subject is the path of the field below the list.
    public static func check(names: [[String]]) throws(OperatorError) {
        guard names.count <= Quotas.namePoliciesPerListener else {
            throw .outOfRange(
                "",
                got: "\(names.count) long",
                allowed: "0–\(Quotas.namePoliciesPerListener) policies"
            )
        }
        var known: Set<String> = []
        for (index, names) in names.enumerated() {
            guard (1...Quotas.namesPerPolicy).contains(names.count) else {
                throw .outOfRange(
                    "[\(index)].names",
                    got: "\(names.count) names long",
                    allowed: "1–\(Quotas.namesPerPolicy) names"
                )
            }
            for (position, name) in names.enumerated() {
                let field = "[\(index)].names[\(position)]"
                guard Self.isName(name) else {
                    throw OperatorError(
                        .validationError,
                        subject: field,
                        message: "\"\(name)\" is no host name.",
                        hint: "Write it in lower case without a dot at the end, or with *. in front."
                    )
                }
                guard known.insert(name).inserted else {
                    throw OperatorError(
                        .validationError,
                        subject: field,
                        message: "The name \(name) has two policies.",
                        hint: "Remove one of the two."
                    )
                }
            }
        }
    }

    /// A name in the form in which policies have it; nil for what is none.
    public static func normal(_ text: String) -> String? {
        let name = text.lowercased()
        let normal = name.hasSuffix(".") ? String(name.dropLast()) : name
        return Self.isName(normal) ? normal : nil
    }

    private static func isName(_ name: String) -> Bool {
        let labels = (name.hasPrefix("*.") ? name.dropFirst(2) : Substring(name))
            .split(separator: ".", omittingEmptySubsequences: false)
        return name.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy {
                        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F
                    }
            }
    }
}

extension [NamePolicy] {
    /// The same policies with one name judged by itself; those that had a policy together with it keep
    /// theirs.
    ///
    /// The name joins others that are judged so already. Policies stay in their places, which connections
    /// remember them by.
    public func giving(_ mutualAuthentication: MutualAuthentication, to name: String) -> [NamePolicy] {
        let place = self.firstIndex { $0.names.contains(name) }
        if let place, self[place].mutualAuthentication == mutualAuthentication { return self }
        var policies = self
        let alike = self.firstIndex {
            $0.mutualAuthentication == mutualAuthentication && $0.names.count < Quotas.namesPerPolicy
        }
        let alone = NamePolicy(names: [name], mutualAuthentication: mutualAuthentication)
        if let alike {
            policies[alike] = self[alike].with(self[alike].names + [name])
        } else if let place, self[place].names == [name] {
            policies[place] = alone
            return policies
        } else {
            policies.append(alone)
        }
        guard let place else { return policies }
        let rest = self[place].names.filter { $0 != name }
        if rest.isEmpty { policies.remove(at: place) } else { policies[place] = self[place].with(rest) }
        return policies
    }
}

extension NamePolicy {
    fileprivate func with(_ names: [String]) -> NamePolicy {
        NamePolicy(names: names, mutualAuthentication: self.mutualAuthentication)
    }
}
