/// One request as the access log tells it (`alb-mtls` 3).
public struct RequestRecord: Hashable, Sendable {
    /// Words of a line, in ALB's order.
    private enum Word {
        static let kind = 0, time = 1, balancer = 2, client = 3, target = 4, waits = 5...7, status = 8
        static let targetStatus = 9, received = 10, sent = 11, request = 12, agent = 13, cipher = 14
        static let version = 15, group = 16, priority = 20, error = 24, connection = 29
        static let count = 30
    }

    /// `https`, `h2`, `grpcs`, `ws`.
    public let kind: String
    public let time: Timestamp
    /// `app/<name>/<id>`.
    public let loadBalancerPath: String
    public let client: Endpoint?
    /// Address and port; nil where no target was asked.
    public let target: String?
    /// All three of ALB's processing times together; nil where the client has seen no response.
    public let milliseconds: Double?
    /// nil where the client got none.
    public let status: Int?
    public let targetStatus: Int?
    public let receivedBytes: Int
    public let sentBytes: Int
    public let method: String
    public let host: String
    public let port: UInt16?
    /// With the query.
    public let path: String
    public let userAgent: String?
    public let cipher: String?
    public let tlsVersion: String?
    /// The target group's name, out of its ARN.
    public let targetGroup: String?
    public let rulePriority: String?
    public let errorReason: String?
    /// The connection that it came on, as in the connection log.
    public let connection: String?

    /// Reads a line; nil for one that is none.
    public init?(_ line: String) {
        let words = LogWords.split(line)
        guard words.count >= Word.count, let time = Timestamp(iso8601: words[Word.time]) else { return nil }
        func word(_ index: Int) -> String? { ["-", ""].contains(words[index]) ? nil : words[index] }
        self.kind = words[Word.kind]
        self.time = time
        self.loadBalancerPath = words[Word.balancer]
        self.client = Endpoint(words[Word.client])
        self.target = word(Word.target)
        let waits = Word.waits.compactMap { Double(words[$0]) }.filter { $0 >= 0 }
        self.milliseconds = waits.count == 3 ? (waits.reduce(0, +) * 1_000_000).rounded() / 1_000 : nil
        self.status = Int(words[Word.status])
        self.targetStatus = Int(words[Word.targetStatus])
        self.receivedBytes = Int(words[Word.received]) ?? 0
        self.sentBytes = Int(words[Word.sent]) ?? 0
        // `METHOD proto://host:port/uri HTTP/1.1`
        let request = words[Word.request].split(separator: " ", omittingEmptySubsequences: false)
        self.method = String(request.first ?? "")
        let url = request.count > 1 ? request[1] : ""
        let place = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url
        let authority = place.prefix { $0 != "/" && $0 != "?" }
        let colon = authority.lastIndex(of: ":")
        self.host = String(colon.map { authority[..<$0] } ?? authority)
        self.port = colon.flatMap { UInt16(authority[$0...].dropFirst()) }
        self.path = String(place.dropFirst(authority.count))
        self.userAgent = word(Word.agent)
        self.cipher = word(Word.cipher)
        self.tlsVersion = word(Word.version)
        self.targetGroup = word(Word.group).map { arn in
            let parts = arn.split(separator: "/")
            return parts.count > 1 ? String(parts[1]) : arn
        }
        self.rulePriority = word(Word.priority)
        self.errorReason = word(Word.error)
        self.connection = word(Word.connection)
    }
}
