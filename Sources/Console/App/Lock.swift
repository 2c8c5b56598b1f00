/// The guard against slips: nothing can be changed until somebody says that something shall be.
///
/// It is no security: the gate checks every change itself.
enum Lock: Hashable, Sendable {
    case observe
    /// Until a moment of the console's clock, in milliseconds.
    case armed(until: Int64)

    var isArmed: Bool { self != .observe }
}
