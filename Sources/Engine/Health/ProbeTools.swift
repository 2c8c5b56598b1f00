import HTTP
import TLS

/// What all checks of the monitor use in turn.
final class ProbeTools {
    static let inputBytes = 16_384

    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: ProbeTools.inputBytes, alignment: 16)
    let plaintext = UnsafeMutableRawBufferPointer.allocate(byteCount: ProbeTools.inputBytes, alignment: 16)
    let window = CipherWindow()
    let response = ResponseHead()
    /// For groups without TLS of their own: it trusts every server, as the ALB's checks do.
    ///
    /// nil when the TLS library has no memory.
    lazy var context = try? ClientContext()
    /// The same for servers that are to speak HTTP/2.
    lazy var http2Context = try? ClientContext(offer: .http2)

    /// Forgets both directions of the check that used the window last.
    func clearWindow() {
        self.window.setInput(UnsafeRawBufferPointer(start: nil, count: 0))
        self.window.clearOutput()
    }

    deinit {
        self.input.deallocate()
        self.plaintext.deallocate()
    }
}

extension ClientContext.Offer {
    fileprivate static var http2: ClientContext.Offer {
        var offer = ClientContext.Offer()
        offer.protocols = ["h2"]
        return offer
    }
}
