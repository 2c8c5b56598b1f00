/// The guard against slips: nothing can be changed until somebody says that something shall be.
///
/// It is no security: the gate checks every change itself.
enum Lock: Hashable, Sendable {
    case observe
    /// Until a moment of the console's clock, in milliseconds.
    case armed(until: Int64)

    /// The gate lets this console look only.
    case readOnly

    var isArmed: Bool {
        if case .armed = self { true } else { false }
    }

    /// Why nothing can be changed; nil while it can.
    var refusal: Phrase? {
        switch self {
        case .observe: .observeHint
        case .armed: nil
        case .readOnly: .viewerOnly
        }
    }
}
