/// What is known of where a function is invoked.
public struct FunctionHealth: Hashable, Sendable, Codable {
    /// nil while its host's name has had no address.
    public let endpoint: Endpoint?
    /// Why the last look-up of the name failed; nil after one that succeeded, and for addresses.
    public let lookupFailure: String?
    /// Without checks a function counts as healthy.
    public let isChecked: Bool

    public init(endpoint: Endpoint?, lookupFailure: String? = nil, isChecked: Bool) {
        self.endpoint = endpoint
        self.lookupFailure = lookupFailure
        self.isChecked = isChecked
    }
}
