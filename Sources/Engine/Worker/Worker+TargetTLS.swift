import HTTP
import Model
import TLS

/// TLS towards targets.
///
/// Its window is not that of clients: a request leaves for a target in the middle of reading its client,
/// whose ciphertext lies in the other one. Whatever a call puts into the window leaves with that call. What
/// a target has sent is decrypted whole before any of it is looked at, because answering it may lead to
/// another target.
extension Worker {
    /// Ciphertext taken at once: with the part of a record that OpenSSL may hold, its plaintext still fits
    /// the input.
    private static let ciphertextBytes = Worker.inputBytes - 17_408

    /// Where ciphertext of targets is received.
    var targetCiphertext: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: self.ciphertext[..<Self.ciphertextBytes])
    }

    func beginTLS(_ target: TargetConnection, _ security: WorkerTargetTLS) {
        guard
            let tls = security.connection(to: target.endpoint, window: self.targetWindow, now: self.now)
        else { return self.refuse(target, status: 502) }
        target.tls = tls
        target.phase = .handshaking
        self.targetWindow.setInput(UnsafeRawBufferPointer(start: nil, count: 0))
        _ = self.handshake(target, tls, security)
    }

    /// Goes on with a handshake; true once it is complete.
    private func handshake(
        _ target: TargetConnection,
        _ tls: TLS.ClientConnection,
        _ security: WorkerTargetTLS
    ) -> Bool {
        let step = tls.handshake()
        self.sendCiphertext(target)
        switch step {
        case .needsInput:
            return false
        case .failed:
            self.failTLS(target, tls.failure ?? .other)
            return false
        case .complete:
            guard tls.speaksHTTP2 == security.prepared.speaksHTTP2 else {
                self.failTLS(target, .noHTTP2)
                return false
            }
            security.noteSuccess(target.endpoint)
            target.phase = .head
            target.deadline = .max
            target.client?.exchange.dispatchedAt = self.nowMicroseconds
            if let early = target.early {
                target.early = nil
                self.transmit(target, early.bytes)
            }
            return true
        }
    }

    /// The handshake came to nothing: counted, and answered.
    func failTLS(_ target: TargetConnection, _ failure: TargetTLSFailure, status: Int = 502) {
        target.security?.noteFailure(failure, target.endpoint)
        target.client?.exchange.hasTargetTLSFailed = true
        self.refuse(target, status: status)
    }

    /// Sends bytes of the protocol that the target is spoken to in, encrypted where TLS is.
    func transmit(_ target: TargetConnection, _ bytes: UnsafeRawBufferPointer) {
        guard target.security != nil else { return self.sendAsIs(target, bytes) }
        guard let tls = target.tls, target.phase != .handshaking else {
            let early = target.early ?? ByteBuffer(capacity: bytes.count, account: self.memory)
            early.append(bytes)
            target.early = early
            return self.refuseMemory(target)
        }
        if !tls.write(bytes) { self.broken.append(target.token) }
        self.sendCiphertext(target)
    }

    private func sendCiphertext(_ target: TargetConnection) {
        let output = self.targetWindow.output
        if !output.isEmpty { self.sendAsIs(target, output) }
        self.targetWindow.clearOutput()
    }

    /// Takes ciphertext of a target.
    func decrypt(_ target: TargetConnection, _ tls: TLS.ClientConnection, _ bytes: UnsafeRawBufferPointer) {
        self.targetWindow.setInput(bytes)
        if target.phase == .handshaking {
            guard let security = target.security, self.handshake(target, tls, security) else { return }
        }
        let (count, step) = self.readPlaintext(tls)
        // What TLS has to answer, a KeyUpdate above all.
        self.sendCiphertext(target)
        if count > 0 {
            if !target.hasKeptSession {
                target.hasKeptSession = true
                target.security?.keepSession(of: tls, with: target.endpoint, now: self.now)
            }
            let space = self.targetInput[Self.headroom..<(Self.headroom + count)]
            self.receivedPlain(target, UnsafeRawBufferPointer(rebasing: space))
        }
        guard target.phase != .closed else { return }
        switch step {
        case .bytes, .needsInput:
            break
        case .closed:
            self.targetEnded(target)
        case .failed:
            // In TLS 1.3 a target refuses our certificate when the handshake is over for us.
            if !target.hasResponse, !target.isReused, let failure = tls.failure {
                target.security?.noteFailure(failure, target.endpoint)
            }
            self.targetBroke(target)
        }
    }

    /// Decrypts all that the target's window holds, into the input behind its headroom.
    ///
    /// The step says why it ended.
    func readPlaintext(_ tls: TLS.ClientConnection) -> (count: Int, step: TLS.ClientConnection.ReadStep) {
        let space = UnsafeMutableRawBufferPointer(rebasing: self.targetInput[Self.headroom...])
        var filled = 0
        while true {
            guard filled < space.count else { return (filled, .failed) }
            let step = tls.read(into: UnsafeMutableRawBufferPointer(rebasing: space[filled...]))
            guard case .bytes(let count) = step else { return (filled, step) }
            filled += count
        }
    }

    /// Says in TLS that no more will be sent, behind what was.
    func endTLS(_ target: TargetConnection) {
        target.tls?.sendCloseNotify()
        self.sendCiphertext(target)
    }

    /// Ends TLS with a target that nothing is asked of any more.
    func sayGoodbye(_ target: TargetConnection) {
        guard let tls = target.tls, target.unsent == nil else { return }
        tls.sendCloseNotify()
        _ = Socket.send(target.descriptor, self.targetWindow.output)
        self.targetWindow.clearOutput()
    }
}
