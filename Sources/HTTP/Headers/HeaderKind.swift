/// What a header means to a gateway, told from its name alone.
enum HeaderKind: UInt8 {
    /// Nothing to us: it goes on as it came.
    case endToEnd
    case host, connection, contentLength, transferEncoding, expect, upgrade
    /// Meant for this connection only (RFC 9110 7.6.1), and always dropped.
    case hopByHop
    /// `X-Forwarded-For`: ours is appended to what came.
    case forwardedFor
    /// `X-Forwarded-Proto` and `-Port`: ours replace what came.
    case forwardedFact
    case traceID
    /// A name that only we may use, or one that a target could take for such a name.
    case forged
    /// A name that some readers take for `Content-Length` or `Transfer-Encoding`.
    case suspicious
    /// Named by a `Connection` header, hence dropped.
    case nominated

    /// Classifies a name that consists of token characters.
    ///
    /// Names are compared in any letter case and with every character that is neither letter nor digit read
    /// as `-`. CGI, WSGI and their kin make `HTTP_X_AMZN_MTLS_CLIENTCERT` of `X-Amzn-Mtls-Clientcert`, of
    /// `x_amzn_mtls_clientcert` and, some of them, of `X.Amzn.Mtls.Clientcert` alike, so to a target behind
    /// such a gateway they are one header. A name that is one of ours only in that reading is forged, be it
    /// an identity header, `X_Forwarded_For` or `Content_Length`.
    ///
    /// Everything beginning with `x-amzn-mtls-` is forged, not only the six names of `alb-mtls` 1.2: a
    /// target that trusts one name of this family may trust the next, and clients have no use for any. The
    /// same goes for `x-amzn-tls-`, whether or not the load balancer adds those headers itself, for those of
    /// RFC 9440 and Envoy, and for our own, whichever of them a listener sends.
    init(name: UnsafeRawBufferPointer) {
        self = .endToEnd
        guard let first = name.first else { return }
        switch (name.count, first | 0x20) {
        case (2, 0x74): self.take(name, "te", .hopByHop)
        case (4, 0x68): self.take(name, "host", .host)
        case (6, 0x65): self.take(name, "expect", .expect)
        case (7, 0x74): self.take(name, "trailer", .hopByHop)
        case (7, 0x75): self.take(name, "upgrade", .upgrade)
        case (10, 0x63): self.take(name, "connection", .connection)
        case (10, 0x6B): self.take(name, "keep-alive", .hopByHop)
        case (14, 0x63): self.take(name, "content-length", .contentLength, otherwise: .suspicious)
        // The upgrade to HTTP/2 in clear text, which lives in this header, ends at the first hop.
        case (14, 0x68): self.take(name, "http2-settings", .hopByHop)
        case (15, 0x78):
            self.take(name, "x-forwarded-for", .forwardedFor)
            self.take(name, "x-amzn-trace-id", .traceID)
        case (16, 0x70): self.take(name, "proxy-connection", .hopByHop)
        case (16, 0x78): self.take(name, "x-forwarded-port", .forwardedFact)
        case (17, 0x74): self.take(name, "transfer-encoding", .transferEncoding, otherwise: .suspicious)
        case (17, 0x78): self.take(name, "x-forwarded-proto", .forwardedFact)
        case (11, 0x63): self.take(name, "client-cert", .forged)
        case (17, 0x63): self.take(name, "client-cert-chain", .forged)
        case (23, 0x78): self.take(name, "x-forwarded-client-cert", .forged)
        default: break
        }
        if first | 0x20 == 0x78,
            Self.resembles(name, "x-amzn-mtls-") || Self.resembles(name, "x-amzn-tls-")
                || Self.resembles(name, "x-sekisho-")
        {
            self = .forged
        }
    }

    /// Becomes `kind` where the name is `expected`, and something else where it only resembles it.
    @inline(__always)
    private mutating func take(
        _ name: UnsafeRawBufferPointer,
        _ expected: StaticString,
        _ kind: HeaderKind,
        otherwise lookalike: HeaderKind = .forged
    ) {
        if ASCII.equals(name, expected) {
            self = kind
        } else if Self.resembles(name, expected) {
            self = lookalike
        }
    }

    /// Whether a name begins with `expected` for a reader to whom all punctuation is one.
    private static func resembles(_ name: UnsafeRawBufferPointer, _ expected: StaticString) -> Bool {
        guard name.count >= expected.utf8CodeUnitCount else { return false }
        for index in 0..<expected.utf8CodeUnitCount {
            let byte = name[index]
            let read =
                ASCII.isLetter(byte) ? byte | 0x20 : ASCII.isDigit(byte) ? byte : ASCII.hyphen
            if read != expected.utf8Start[index] { return false }
        }
        return true
    }
}
