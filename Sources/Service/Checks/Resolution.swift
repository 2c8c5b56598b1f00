import Model
import TLS

/// A declaration that passed every check, with identifiers in the place of names.
struct Resolution: Sendable {
    let configuration: Model.Configuration

    /// The key of every certificate and function in it that could be read.
    let keys: [ResourceID: SecretText]

    /// Where each listener stands in the declaration: `loadBalancers[0].listeners[1]`.
    let paths: [ResourceID: String]

    /// Revocation lists in it that were read for it.
    var freshLists: [ReadRevocationList] = []
}
