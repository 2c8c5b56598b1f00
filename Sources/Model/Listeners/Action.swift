/// What a listener does with a request.
public enum Action: Hashable, Sendable, Codable {
    case forward(targetGroupID: ResourceID)
    case fixedResponse(FixedResponse)
    case redirect(Redirect)
    case weightedForward(WeightedForward)
}

extension Action {
    /// Every group it names, also those without a share.
    public var targetGroupIDs: [ResourceID] {
        switch self {
        case .fixedResponse, .redirect: []
        case .forward(let id): [id]
        case .weightedForward(let forward): forward.groups.map(\.targetGroupID)
        }
    }
}

/// A response the load balancer makes by itself (`elbv2-api` 4.6).
public struct FixedResponse: Hashable, Sendable, Codable {
    /// 2xx, 4xx or 5xx.
    public let statusCode: Int

    /// One of ``contentTypes``.
    public let contentType: String

    /// At most 1024 bytes of UTF-8.
    public let messageBody: String

    /// The content types ELBv2 allows.
    public static let contentTypes = [
        "text/plain", "text/css", "text/html", "application/javascript", "application/json",
    ]

    /// Creates the response, or says what about it is not allowed.
    ///
    /// - Throws: ``OperatorError`` whose subject is the name of the offending property.
    public init(statusCode: Int, contentType: String, messageBody: String) throws(OperatorError) {
        guard (200...299).contains(statusCode) || (400...599).contains(statusCode) else {
            throw .outOfRange("statusCode", got: "\(statusCode)", allowed: "200–299 and 400–599")
        }
        guard Self.contentTypes.contains(contentType) else {
            throw OperatorError(
                .validationError,
                subject: "contentType",
                message: "contentType \"\(contentType)\" is not one that a fixed response may have.",
                hint: "Use one of \(Self.contentTypes.joined(separator: ", "))."
            )
        }
        guard messageBody.utf8.count <= 1024 else {
            throw .outOfRange(
                "messageBody",
                got: "\(messageBody.utf8.count) bytes",
                allowed: "0–1024 bytes"
            )
        }
        self.statusCode = statusCode
        self.contentType = contentType
        self.messageBody = messageBody
    }
}
