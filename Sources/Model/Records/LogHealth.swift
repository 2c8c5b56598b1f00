/// How a log of the gate fares.
public struct LogHealth: Hashable, Sendable, Codable {
    /// `connection log`, `access log`.
    public let name: String
    /// Lines that are in no file, because it could not be written or not fast enough.
    public let lost: UInt64
    /// Why it cannot be written; nil while it can.
    public let failure: OperatorError?

    public init(name: String, lost: UInt64, failure: OperatorError?) {
        self.name = name
        self.lost = lost
        self.failure = failure
    }
}
