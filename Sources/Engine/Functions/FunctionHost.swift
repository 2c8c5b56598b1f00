import Model
import Synchronization

/// The host of a function's base URL: looked up by the resolver, read by workers and checks.
final class FunctionHost: Sendable {
    private struct State {
        var endpoint: Endpoint?
        var failure: String?
    }

    let url: BaseURL
    private let state: Mutex<State>

    init(_ url: BaseURL) {
        self.url = url
        switch url.host {
        case .address(let address):
            self.state = Mutex(State(endpoint: Endpoint(address: address, port: url.port)))
        case .name: self.state = Mutex(State())
        }
    }

    /// nil where the URL has an address.
    var name: String? {
        guard case .name(let name) = self.url.host else { return nil }
        return name
    }

    /// nil while the name has had no address.
    var endpoint: Endpoint? { self.state.withLock { $0.endpoint } }

    /// Whether a look-up has come to an end, either way.
    var isSettled: Bool { self.state.withLock { $0.endpoint != nil || $0.failure != nil } }

    func health(isChecked: Bool) -> FunctionHealth {
        self.state.withLock {
            FunctionHealth(endpoint: $0.endpoint, lookupFailure: $0.failure, isChecked: isChecked)
        }
    }

    // MARK: The resolver's side

    /// What the name stands for now.
    ///
    /// An address that is among them stays in use, and connections to it with it.
    func move(to addresses: [IPAddress]) {
        self.state.withLock { state in
            state.failure = nil
            if let known = state.endpoint?.address, addresses.contains(known) { return }
            guard let first = addresses.first else { return }
            state.endpoint = Endpoint(address: first, port: self.url.port)
        }
    }

    /// The name could not be looked up: the last address it had stays in use.
    func note(_ failure: String) {
        self.state.withLock { $0.failure = failure }
    }
}
