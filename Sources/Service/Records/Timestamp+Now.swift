import Foundation
public import Model

extension Timestamp {
    /// What the system's clock says.
    public static func now() -> Timestamp {
        Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }
}
