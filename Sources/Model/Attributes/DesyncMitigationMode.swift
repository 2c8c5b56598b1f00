/// How requests are treated that two readers could read in two ways (`alb-mtls` 3.2).
///
/// In every mode, what is forwarded is written anew in one reading, and a request that has none is refused.
public enum DesyncMitigationMode: String, Hashable, Sendable, Codable, CaseIterable {
    /// Whatever has one reading is forwarded.
    case monitor
    /// Severe requests are refused.
    case defensive
    /// Only compliant requests are forwarded.
    case strictest

    /// Whether requests of this class are refused even where they could be read.
    public func blocks(_ class: RequestClass) -> Bool {
        switch self {
        case .monitor: false
        case .defensive: `class` == .severe
        case .strictest: `class` != .compliant
        }
    }
}
