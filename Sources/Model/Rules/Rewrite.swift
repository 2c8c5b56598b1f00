/// What a rule changes about the requests that it forwards (`elbv2-api` 5.2).
///
/// Where a request goes is decided before; the target sees the rewritten request.
public struct RuleTransforms: Hashable, Sendable, Codable {
    /// Sees the name of the host in lower case, without its port, which stays.
    public var hostHeaderRewrite: Rewrite?
    /// Sees path and query, the path in its normal form.
    public var urlRewrite: Rewrite?

    public init(hostHeaderRewrite: Rewrite? = nil, urlRewrite: Rewrite? = nil) {
        self.hostHeaderRewrite = hostHeaderRewrite
        self.urlRewrite = urlRewrite
    }

    public static let none = RuleTransforms()
}

/// An expression, and what its first match becomes; `$1` to `$9` are its groups.
public struct Rewrite: Hashable, Sendable, Codable {
    /// ELBv2's bound on either.
    public static let maximumLength = 1_024

    public let regex: String
    public let replace: String

    public init(regex: String, replace: String) {
        self.regex = regex
        self.replace = replace
    }
}

extension RuleTransforms {
    /// ELBv2's names of the kinds.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case hostHeaderRewrite = "host-header-rewrite"
        case urlRewrite = "url-rewrite"
    }

    /// Says what of them cannot be used.
    ///
    /// - Throws: ``OperatorError`` whose subject is the kind and the name of the offending property.
    public func check() throws(OperatorError) {
        for (kind, rewrite) in [
            (Kind.hostHeaderRewrite, self.hostHeaderRewrite), (.urlRewrite, self.urlRewrite),
        ] {
            guard let rewrite else { continue }
            do throws(OperatorError) {
                try Self.check(rewrite.regex, "regex", 1...Rewrite.maximumLength)
                try Self.check(rewrite.replace, "replace", 0...Rewrite.maximumLength)
                _ = try RegexRewrite(rewrite, ignoresCase: kind == .hostHeaderRewrite)
            } catch {
                throw error.about("\(kind.rawValue).\(error.subject)")
            }
        }
    }

    private static func check(
        _ text: String,
        _ property: String,
        _ lengths: ClosedRange<Int>
    ) throws(OperatorError) {
        guard lengths.contains(text.utf8.count) else {
            throw .outOfRange(
                property,
                got: "\(text.utf8.count) characters long",
                allowed: "\(lengths.lowerBound)–\(lengths.upperBound) characters"
            )
        }
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw OperatorError(
                .validationError,
                subject: property,
                message: "\(property) holds a character that is not printable ASCII.",
                hint: "Percent-encode it."
            )
        }
    }
}
