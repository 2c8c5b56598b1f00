import Glibc
import Model
import Synchronization

/// The thread that finds the addresses of functions' hosts, so that no worker ever waits for a name server.
///
/// Names are looked up one after another, each once however many functions are there: all of them together
/// ask one question at a time.
final class NameResolver: Sendable {
    private struct Letters {
        var hosts: [FunctionHost]?
        var isStopped = false
    }

    private enum Answer {
        case addresses([IPAddress])
        /// In the words of the C library.
        case failure(String)
    }

    private let wakeup: Wakeup
    private let letters = Mutex(Letters())

    /// Prepares a resolver; nil when the process may open no more descriptors.
    init?() {
        guard let wakeup = Wakeup() else { return nil }
        self.wakeup = wakeup
    }

    /// Looks up these hosts from now on, and no others.
    func adopt(_ hosts: [FunctionHost]) {
        let named = hosts.filter { $0.name != nil }
        self.letters.withLock { $0.hosts = named }
        self.wakeup.ring()
    }

    /// Gives hosts that are new a moment to get an address.
    func settle(_ hosts: [FunctionHost]) async {
        let deadline = ContinuousClock.now + EngineLimits.lookupPatience
        while hosts.contains(where: { !$0.isSettled }), ContinuousClock.now < deadline {
            guard (try? await Task.sleep(for: .milliseconds(10))) != nil else { return }
        }
    }

    func stop() {
        self.letters.withLock { $0.isStopped = true }
        self.wakeup.ring()
    }

    /// The thread's body; returns when the resolver is stopped.
    func run() {
        var hosts: [FunctionHost] = []
        while true {
            self.lookUp(hosts)
            let isComplete = hosts.allSatisfy { $0.endpoint != nil }
            let pause = isComplete ? EngineLimits.lookupInterval : EngineLimits.lookupRetryInterval
            _ = self.wakeup.wait(milliseconds: hosts.isEmpty ? -1 : Int32(pause.milliseconds))
            let letters = self.letters.withLock { letters in
                defer { letters.hosts = nil }
                return letters
            }
            if letters.isStopped { return }
            if let newer = letters.hosts { hosts = newer }
        }
    }

    /// Breaks off when there are letters: what is new is not to wait for what is slow.
    private func lookUp(_ hosts: [FunctionHost]) {
        var known: [String: Answer] = [:]
        // Whoever has no address needs one most.
        for host in hosts.filter({ !$0.isSettled }) + hosts.filter(\.isSettled) {
            guard let name = host.name else { continue }
            guard !self.letters.withLock({ $0.hosts != nil || $0.isStopped }) else { return }
            let answer = known[name] ?? Self.answer(name)
            known[name] = answer
            switch answer {
            case .addresses(let addresses): host.move(to: addresses)
            case .failure(let words): host.note(words)
            }
        }
    }

    /// The addresses of a name, those of IPv4 first.
    private static func answer(_ name: String) -> Answer {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(name, nil, &hints, &list)
        guard result == 0 else { return .failure(String(cString: gai_strerror(result))) }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next?.pointee {
            if let found = entry.ai_addr.flatMap({ SocketAddress.address(at: $0) }) {
                addresses.append(found)
            }
            next = entry.ai_next
        }
        guard !addresses.isEmpty else { return .failure("No address of IPv4 or IPv6") }
        return .addresses(addresses.filter { !$0.isIPv6 } + addresses.filter(\.isIPv6))
    }
}
