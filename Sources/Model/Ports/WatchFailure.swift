/// A watched file whose newest version the gate has not taken; the last good one stays in force.
public struct WatchFailure: Hashable, Sendable, Codable {
    public let trustStoreID: ResourceID
    public let path: String
    /// When the version was looked at; the next look follows the next change of the file.
    public let time: Timestamp
    public let error: OperatorError

    public init(trustStoreID: ResourceID, path: String, time: Timestamp, error: OperatorError) {
        self.trustStoreID = trustStoreID
        self.path = path
        self.time = time
        self.error = error
    }
}
