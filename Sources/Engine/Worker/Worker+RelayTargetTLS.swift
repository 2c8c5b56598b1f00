import HTTP
import Model
import TLS

/// Relays of TLS listeners to targets that TLS is spoken to as well: what one side encrypts is decrypted
/// here, and encrypted for the other.
extension Worker {
    /// Begins TLS with a target that has accepted; what the client has sent waits for its end.
    func beginTLS(_ relay: RelayConnection, _ security: WorkerTargetTLS) {
        guard let endpoint = relay.endpoint,
            let tls = security.connection(to: endpoint, window: self.targetWindow, now: self.now)
        else { return self.tryNextTarget(relay) }
        relay.targetTLS = tls
        relay.phase = .securing
        self.targetWindow.setInput(UnsafeRawBufferPointer(start: nil, count: 0))
        self.goOn(relay, tls, security)
    }

    /// Takes what the target has to say to the handshake.
    func secure(_ relay: RelayConnection) {
        while relay.phase == .securing, relay.down.isReadable {
            guard let tls = relay.targetTLS, let security = relay.security else { return self.cut(relay) }
            let space = self.targetCiphertext
            switch Socket.receive(relay.target, into: space) {
            case .bytes(let count):
                if count < space.count, !relay.down.hasHangup { relay.down.isReadable = false }
                self.targetWindow.setInput(UnsafeRawBufferPointer(rebasing: space[..<count]))
                self.goOn(relay, tls, security)
            case .drained:
                relay.down.isReadable = false
            case .end, .failed:
                self.failTargetTLS(relay, .closed)
            }
        }
        if relay.phase == .securing, !self.empty(relay, relay.up, into: relay.target) {
            self.failTargetTLS(relay, .closed)
        }
    }

    private func goOn(_ relay: RelayConnection, _ tls: TLS.ClientConnection, _ security: WorkerTargetTLS) {
        let step = tls.handshake()
        self.holdTargetWindow(relay)
        switch step {
        case .needsInput:
            if !self.empty(relay, relay.up, into: relay.target) { self.failTargetTLS(relay, .closed) }
        case .failed:
            _ = self.empty(relay, relay.up, into: relay.target)
            self.failTargetTLS(relay, tls.failure ?? .other)
        case .complete:
            if let endpoint = relay.endpoint { security.noteSuccess(endpoint) }
            relay.phase = .relaying
            self.touch(relay)
            let early = relay.early
            relay.early = nil
            // The target may have sent its first bytes with the end of the handshake.
            guard early.map({ self.encryptForTarget(relay, $0.bytes) }) ?? true,
                self.decryptTarget(relay, tls)
            else { return self.cut(relay) }
            if relay.up.hasEnded { self.endUp(relay) }
            self.move(relay)
        }
    }

    /// The target is no target for this connection; the next one may be.
    func failTargetTLS(_ relay: RelayConnection, _ failure: TargetTLSFailure) {
        if let endpoint = relay.endpoint { relay.security?.noteFailure(failure, endpoint) }
        self.tryNextTarget(relay)
    }

    /// Gives the client's plaintext to the target; false if it is broken.
    func encryptForTarget(_ relay: RelayConnection, _ text: UnsafeRawBufferPointer) -> Bool {
        defer { self.targetWindow.clearOutput() }
        guard let tls = relay.targetTLS, tls.write(text) else { return false }
        return self.pass(relay, relay.up, self.targetWindow.output)
    }

    /// Takes ciphertext of the target; false if it is broken.
    func decryptTarget(_ relay: RelayConnection, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let tls = relay.targetTLS else { return false }
        self.targetWindow.setInput(bytes)
        return self.decryptTarget(relay, tls)
    }

    private func decryptTarget(_ relay: RelayConnection, _ tls: TLS.ClientConnection) -> Bool {
        let (count, step) = self.readPlaintext(tls)
        self.holdTargetWindow(relay)
        if count > 0 {
            if !relay.hasKeptSession, let endpoint = relay.endpoint {
                relay.hasKeptSession = true
                relay.security?.keepSession(of: tls, with: endpoint, now: self.now)
            }
            let text = self.targetInput[Self.headroom..<(Self.headroom + count)]
            guard self.encrypt(relay, UnsafeRawBufferPointer(rebasing: text)) else { return false }
        }
        switch step {
        case .bytes, .needsInput:
            return true
        case .closed:
            self.endDown(relay)
            return true
        case .failed:
            // In TLS 1.3 a target refuses our certificate when the handshake is over for us.
            if !relay.hasKeptSession, let endpoint = relay.endpoint, let failure = tls.failure {
                relay.security?.noteFailure(failure, endpoint)
            }
            return false
        }
    }

    /// Takes what TLS wants the target to have out of its window, which others use next.
    func holdTargetWindow(_ relay: RelayConnection) {
        relay.up.hold(self.targetWindow.output)
        self.targetWindow.clearOutput()
    }
}
