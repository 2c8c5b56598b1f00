/// What requests to AWS are signed with.
public struct SigningKey: Hashable, Sendable {
    /// Names the key in signatures and in AWS's logs; no secret.
    public let accessKeyID: String
    public let secretAccessKey: SecretText
    /// Of temporary credentials.
    public let sessionToken: SecretText?

    public init(accessKeyID: String, secretAccessKey: SecretText, sessionToken: SecretText? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }

    /// Reads a profile of a file in the format of AWS's shared credentials; nil where it holds no key.
    ///
    /// `[profile]` begins a section, `name = value` a setting, `#` or `;` a comment.
    public init?(sharedCredentials text: SecretText, profile: String) {
        var values: [String: String] = [:]
        var isInside = false
        for line in text.revealed.split(whereSeparator: \.isNewline) {
            let line = Self.trimmed(line)
            if line.hasPrefix("[") {
                isInside = line == "[\(profile)]"
            } else if isInside, line.first != "#", line.first != ";", let mark = line.firstIndex(of: "=") {
                let name = Self.trimmed(line[..<mark]).lowercased()
                values[name] = String(Self.trimmed(line[line.index(after: mark)...]))
            }
        }
        self.init(
            values,
            id: "aws_access_key_id",
            secret: "aws_secret_access_key",
            token: "aws_session_token"
        )
    }

    /// Reads a key from a process's environment; nil where it holds none.
    public init?(environment: [String: String]) {
        self.init(
            environment,
            id: "AWS_ACCESS_KEY_ID",
            secret: "AWS_SECRET_ACCESS_KEY",
            token: "AWS_SESSION_TOKEN"
        )
    }

    /// Each part ends up in a header or in its signature: nothing that could end a line may be in it.
    private init?(_ values: [String: String], id: String, secret: String, token: String) {
        guard let id = values[id], let secret = values[secret], Self.isUsable(id), Self.isUsable(secret)
        else {
            return nil
        }
        let token = values[token].flatMap { $0.isEmpty ? nil : $0 }
        guard token.map(Self.isUsable) ?? true else { return nil }
        self.init(
            accessKeyID: id,
            secretAccessKey: SecretText(secret),
            sessionToken: token.map { SecretText($0) }
        )
    }

    /// The longest part; session tokens of AWS stay below 2 KiB.
    private static let partBytes = 8_192

    private static func isUsable(_ text: String) -> Bool {
        (1...self.partBytes).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }

    /// The name of the only profile in ``stored``.
    public static let storedProfile = "default"

    /// The key as a file of shared credentials of its own.
    public var stored: SecretText {
        var text = """
            [\(Self.storedProfile)]
            aws_access_key_id = \(self.accessKeyID)
            aws_secret_access_key = \(self.secretAccessKey.revealed)

            """
        if let token = self.sessionToken { text += "aws_session_token = \(token.revealed)\n" }
        return SecretText(text)
    }
}
