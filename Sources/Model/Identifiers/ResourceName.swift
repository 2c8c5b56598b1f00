/// The names an operator may give, as ELBv2 restricts them (`elbv2-api` 4.6).
public enum ResourceName {
    /// Letters, digits and single hyphens inside, 1–32 of them; a load balancer's name also must not begin
    /// with `internal-`.
    public static func check(
        _ name: String,
        kind: String,
        field: String
    ) throws(OperatorError) {
        let bytes = Array(name.utf8)
        guard (1...32).contains(bytes.count) else {
            throw OperatorError(
                .validationError,
                subject: field,
                message: "\(kind) name \"\(name)\" has \(bytes.count) characters; it must have 1 to 32.",
                hint: "Choose a name of 1 to 32 letters, digits and hyphens."
            )
        }
        let isAllowed = bytes.allSatisfy { Self.isAlphanumeric($0) || $0 == 0x2D }
        guard isAllowed, bytes.first != 0x2D, bytes.last != 0x2D, !Self.hasDoubleHyphen(bytes) else {
            throw OperatorError(
                .validationError,
                subject: field,
                message: "\(kind) name \"\(name)\" has characters that are not allowed.",
                hint: "Use letters, digits and single hyphens, with no hyphen at either end."
            )
        }
        if kind == "Load balancer", name.hasPrefix("internal-") {
            throw OperatorError(
                .validationError,
                subject: field,
                message: "Load balancer name \"\(name)\" begins with \"internal-\", which is reserved.",
                hint: "Choose a name that begins otherwise."
            )
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func hasDoubleHyphen(_ bytes: [UInt8]) -> Bool {
        zip(bytes, bytes.dropFirst()).contains { $0 == 0x2D && $1 == 0x2D }
    }
}
