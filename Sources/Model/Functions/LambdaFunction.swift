/// The function behind a target group of type `lambda` (`elbv2-api` 6.5).
///
/// It is called through the Invoke API of AWS Lambda, by whoever serves that: AWS, an emulator, or the
/// runtime interface emulator in a function's own container.
public struct LambdaFunction: Hashable, Sendable, Codable {
    /// What invocations are signed with (AWS Signature Version 4).
    public enum Credentials: Hashable, Sendable, Codable {
        /// Of the gate's own process, read when it starts: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and
        /// perhaps `AWS_SESSION_TOKEN`.
        case environment
        /// Kept with the private keys under this identifier.
        case stored(ResourceID)
    }

    /// A name of up to 64 characters, or an ARN.
    public let name: String
    public let baseURL: BaseURL
    /// A version or an alias; nil for `$LATEST`.
    public let qualifier: String?
    /// Of the signature's scope; present where there are credentials.
    public let region: String?
    /// nil where invocations are not signed.
    public let credentials: Credentials?
    /// Its health is checked; without it, the function counts as able to answer.
    public let isHealthChecked: Bool

    public init(
        name: String,
        baseURL: BaseURL,
        qualifier: String? = nil,
        region: String? = nil,
        credentials: Credentials? = nil,
        isHealthChecked: Bool = false
    ) {
        self.name = name
        self.baseURL = baseURL
        self.qualifier = qualifier
        self.region = region
        self.credentials = credentials
        self.isHealthChecked = isHealthChecked
    }

    /// The path of an invocation, without the qualifier.
    public var path: String { "/2015-03-31/functions/\(Self.escaped(self.name))/invocations" }

    /// The query of an invocation; nil for none.
    public var query: String? { self.qualifier.map { "Qualifier=\(Self.escaped($0))" } }

    /// Percent-encodes all but unreserved characters (RFC 3986 2.3), as signatures want it.
    public static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E:
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                escaped += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return escaped
    }

    /// The region that an ARN names; nil for anything else.
    public static func region(ofARN name: String) -> String? {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 7, parts[0] == "arn", parts[2] == "lambda", !parts[3].isEmpty else { return nil }
        return String(parts[3])
    }

    /// Whether a text names a function: 1–64 letters, digits, `-` and `_`, or an ARN without a qualifier.
    public static func isName(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return Self.isPlainName(text[...]) }
        return parts.count == 7 && self.region(ofARN: text) != nil && self.isRegion(String(parts[3]))
            && parts[1].hasPrefix("aws") && self.isPlainName(parts[1])
            && parts[4].utf8.count == 12 && parts[4].utf8.allSatisfy { (0x30...0x39).contains($0) }
            && parts[5] == "function" && self.isPlainName(parts[6])
    }

    private static func isPlainName(_ text: Substring) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(self.isWord)
    }

    /// Whether a text is a version or an alias: `$LATEST`, or up to 128 letters, digits, `-` and `_`.
    public static func isQualifier(_ text: String) -> Bool {
        text == "$LATEST" || (1...128).contains(text.utf8.count) && text.utf8.allSatisfy(Self.isWord)
    }

    /// Whether a text can be a region in a signature's scope.
    public static func isRegion(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
            }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
            || byte == 0x2D || byte == 0x5F
    }
}
